namespace HealthApi.Core.Primitives;

/// <summary>Instants as both databases store them: UTC, in whole microseconds since 1970-01-01T00:00:00Z.</summary>
public static class Instant
{
    private static readonly long UnixEpochTicks = DateTimeOffset.UnixEpoch.Ticks;

    public static long ToMicroseconds(this DateTimeOffset instant) =>
        FloorDivide(instant.UtcTicks - UnixEpochTicks, TimeSpan.TicksPerMicrosecond);

    public static DateTimeOffset FromMicroseconds(long microseconds) =>
        new(UnixEpochTicks + (microseconds * TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);

    /// <summary>The instant in UTC, truncated to whole microseconds.</summary>
    public static DateTimeOffset Truncate(DateTimeOffset instant) => FromMicroseconds(instant.ToMicroseconds());

    /// <summary>Whole UTC days since 1970-01-01.</summary>
    public static int ToDay(this DateTimeOffset instant) => (int)FloorDivide(instant.UtcTicks - UnixEpochTicks, TimeSpan.TicksPerDay);

    /// <summary>The first instant of a day.</summary>
    public static DateTimeOffset FromDay(int day) => DateTimeOffset.UnixEpoch.AddDays(day);

    /// <summary>The last microsecond of a day.</summary>
    public static DateTimeOffset EndOfDay(int day) => FromDay(day + 1).AddMicroseconds(-1);

    private static long FloorDivide(long value, long divisor) => (value / divisor) - (value % divisor < 0 ? 1 : 0);
}
