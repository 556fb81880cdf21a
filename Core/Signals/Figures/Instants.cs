namespace HealthApi.Core.Signals.Figures;

/// <summary>Instants inside the figures: whole microseconds since 0001-01-01T00:00Z, so that UTC days are whole multiples.</summary>
internal static class Instants
{
    /// <summary>No such instant. Smaller than every instant, so that "the newest" is a maximum.</summary>
    public const long None = -1;

    /// <summary>The end of the calendar; a date within a window of it has edges beyond.</summary>
    public static readonly long Last = DateTimeOffset.MaxValue.UtcTicks / TimeSpan.TicksPerMicrosecond;

    public const long Millisecond = 1_000;
    public const long Second = 1_000 * Millisecond;
    public const long Minute = 60 * Second;
    public const long Hour = 60 * Minute;
    public const long Day = 24 * Hour;

    public static long Of(DateTimeOffset time) => time.UtcTicks / TimeSpan.TicksPerMicrosecond;

    public static long Of(DateTimeOffset? time) => time is { } value ? Of(value) : None;

    /// <summary>The first whole microsecond that is not before the time.</summary>
    public static long NotBefore(DateTimeOffset time) => (time.UtcTicks + TimeSpan.TicksPerMicrosecond - 1) / TimeSpan.TicksPerMicrosecond;

    public static DateTimeOffset ToTime(long instant) => new(instant * TimeSpan.TicksPerMicrosecond, TimeSpan.Zero);

    public static DateTimeOffset? ToOptionalTime(long instant) => instant == None ? null : ToTime(instant);

    /// <summary>Whole days between two instants, rounded down: half a day before <paramref name="from"/> is −1.</summary>
    public static long WholeDays(long from, long to)
    {
        var (days, rest) = Math.DivRem(to - from, Day);
        return rest < 0 ? days - 1 : days;
    }
}
