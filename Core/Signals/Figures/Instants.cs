namespace HealthApi.Core.Signals.Figures;

/// <summary>
/// Instants inside the figures: whole microseconds since 0001-01-01T00:00Z, so that UTC days begin at multiples of <see cref="Day"/>.
/// </summary>
internal static class Instants
{
    /// <summary>No instant. It is smaller than every instant, so that the newest of several is their maximum.</summary>
    public const long None = -1;

    /// <summary>The last instant of the calendar. Edges can be later, for dates within a window of it.</summary>
    public static readonly long Last = DateTimeOffset.MaxValue.UtcTicks / TimeSpan.TicksPerMicrosecond;

    public const long Millisecond = 1_000;
    public const long Second = 1_000 * Millisecond;
    public const long Minute = 60 * Second;
    public const long Hour = 60 * Minute;
    public const long Day = 24 * Hour;

    public static long Of(DateTimeOffset time) => time.UtcTicks / TimeSpan.TicksPerMicrosecond;

    public static long Of(DateTimeOffset? time) => time is { } value ? Of(value) : None;

    /// <summary>The time, rounded up to a whole microsecond.</summary>
    public static long NotBefore(DateTimeOffset time) => (time.UtcTicks + TimeSpan.TicksPerMicrosecond - 1) / TimeSpan.TicksPerMicrosecond;

    public static DateTimeOffset ToTime(long instant) => new(instant * TimeSpan.TicksPerMicrosecond, TimeSpan.Zero);

    public static DateTimeOffset? ToOptionalTime(long instant) => instant == None ? null : ToTime(instant);

    /// <summary>Whole days between two instants, rounded down: half a day before <paramref name="from"/> gives −1.</summary>
    public static long WholeDays(long from, long to)
    {
        var (days, rest) = Math.DivRem(to - from, Day);
        return rest < 0 ? days - 1 : days;
    }
}
