using HealthApi.Core.Primitives;

namespace HealthApi.Core.Signals.Shifts;

/// <summary>
/// The bounds of a shift signal. A change is relative (−0.3 is a fall by 30 %), z is in standard deviations. Both are compared at six
/// decimals.
/// </summary>
/// <param name="Sign">−1 if a fall is a shift, 1 if a rise is one.</param>
/// <param name="WeighsQuantities">
/// Whether an event counts its quantity. Else every event counts 1, and so does chance.
/// </param>
internal sealed record ShiftRule(
    int Sign, double WatchChange, double WatchZ, double AlarmChange, double AlarmZ, double CalmChange, bool WeighsQuantities)
{
    /// <summary>A fall of the daily usage volume.</summary>
    public static ShiftRule Usage { get; } = new(-1, -0.25, -2.0, -0.30, -2.6, -0.15, WeighsQuantities: true);

    /// <summary>A rise of the tickets or escalations a day.</summary>
    public static ShiftRule Rise { get; } = new(1, 0.50, 2.0, 0.50, 2.6, 0.20, WeighsQuantities: false);

    public bool IsWatch(double change, double z) => Reaches(change, WatchChange) && Reaches(z, WatchZ);

    public bool IsAlarm(double change, double z) => Reaches(change, AlarmChange) && Reaches(z, AlarmZ);

    /// <summary>Whether a change is large enough for the lower grade; cheaper than z.</summary>
    public bool MayBeWatch(double change) => Reaches(change, WatchChange);

    /// <summary>Whether a change is so small that the shift may be over.</summary>
    public bool IsCalm(double change) => !Reaches(change, CalmChange);

    public double Greater(double one, double other) => Sign < 0 ? Math.Min(one, other) : Math.Max(one, other);

    private bool Reaches(double value, double bound) => Sign * (Rounding.ForBounds(value) - bound) >= 0;
}
