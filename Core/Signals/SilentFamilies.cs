using HealthApi.Core.Events;

namespace HealthApi.Core.Signals;

/// <summary>The families of events of an account that have fallen silent (<see cref="SourceRhythm"/>).</summary>
/// <param name="Mask">A bit for each family.</param>
public readonly record struct SilentFamilies(byte Mask)
{
    public static SilentFamilies None => default;

    public bool IsEmpty => Mask == 0;

    public bool Contains(EventFamily family) => (Mask >> (int)family & 1) != 0;

    /// <summary>Whether the source of a signal is silent; a signal of the profile has no source.</summary>
    public bool IsStale(Signal signal) => signal.Family() is { } family && Contains(family);

    public SilentFamilies With(EventFamily family) => new((byte)(Mask | (1 << (int)family)));
}
