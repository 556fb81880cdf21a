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

/// <summary>The silence of an account at an instant.</summary>
/// <param name="Families">The families whose last event is longer ago than usual; one that never had an event is not among them.</param>
/// <param name="Next">The earliest instant at which another family can be silent; null if there is none. It may be too early.</param>
public readonly record struct Silence(SilentFamilies Families, DateTimeOffset? Next);
