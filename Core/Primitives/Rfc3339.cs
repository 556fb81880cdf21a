using System.Globalization;

namespace HealthApi.Core.Primitives;

/// <summary>
/// Parses and formats RFC 3339 times strictly. An offset is required, because a local time is ambiguous. Leap seconds, 24:00 and offsets
/// beyond ±14:00 are rejected. Fractions are truncated to microseconds.
/// </summary>
public static class Rfc3339
{
    private const int SecondsEnd = 19;

    private const string Written = "yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'";

    /// <summary>Parses <c>2026-11-20T09:30:00.123Z</c> or <c>2026-11-20T10:30:00+01:00</c> to UTC in whole microseconds.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out DateTimeOffset instant)
    {
        instant = default;
        if (text.Length < SecondsEnd + 1 || (text[10] | 0x20) != 't' || text[13] != ':' || text[16] != ':') return false;
        if (!TryDate(text[..10], out var date) || !Two(text, 11, 23, out var hour) || !Two(text, 14, 59, out var minute)
            || !Two(text, 17, 59, out var second))
        {
            return false;
        }

        var rest = text[SecondsEnd..];
        if (!TryFraction(ref rest, out var microseconds) || !TryOffset(rest, out var offsetMinutes)) return false;
        var ticks = date.Ticks + (((hour * 60L) + minute) * TimeSpan.TicksPerMinute) + (second * TimeSpan.TicksPerSecond)
            + (microseconds * TimeSpan.TicksPerMicrosecond) - (offsetMinutes * TimeSpan.TicksPerMinute);
        if (ticks < 0 || ticks > DateTime.MaxValue.Ticks) return false;
        instant = new DateTimeOffset(ticks, TimeSpan.Zero);
        return true;
    }

    /// <summary>Formats an instant in UTC with <c>Z</c>, in whole microseconds and without trailing zeros.</summary>
    public static string Format(DateTimeOffset instant) => instant.UtcDateTime.ToString(Written, CultureInfo.InvariantCulture);

    /// <summary>As <see cref="TryParse"/>; also accepts a date alone, which means midnight UTC.</summary>
    public static bool TryParseDateOrTime(ReadOnlySpan<byte> text, out DateTimeOffset instant)
    {
        if (text.Length != 10) return TryParse(text, out instant);
        var parsed = TryDate(text, out var date);
        instant = new DateTimeOffset(date, TimeSpan.Zero);
        return parsed;
    }

    private static bool TryDate(ReadOnlySpan<byte> text, out DateTime date)
    {
        date = default;
        if (text[4] != '-' || text[7] != '-' || !Two(text, 0, 99, out var century) || !Two(text, 2, 99, out var year)) return false;
        if (!Two(text, 5, 12, out var month) || !Two(text, 8, 31, out var day)) return false;
        year += century * 100;
        if (year == 0 || month == 0 || day == 0 || day > DateTime.DaysInMonth(year, month)) return false;
        date = new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Utc);
        return true;
    }

    private static bool TryFraction(ref ReadOnlySpan<byte> rest, out long microseconds)
    {
        microseconds = 0;
        if (rest.IsEmpty || rest[0] != '.') return !rest.IsEmpty;
        var digits = 0;
        while (digits + 1 < rest.Length && rest[digits + 1] is >= (byte)'0' and <= (byte)'9')
        {
            if (digits < 6) microseconds = (microseconds * 10) + rest[digits + 1] - '0';
            digits++;
        }

        for (var missing = digits; missing < 6; missing++) microseconds *= 10;
        rest = rest[(digits + 1)..];
        return digits > 0 && !rest.IsEmpty;
    }

    private static bool TryOffset(ReadOnlySpan<byte> text, out int minutes)
    {
        minutes = 0;
        if (text.Length == 1) return (text[0] | 0x20) == 'z';
        if (text.Length != 6 || text[0] is not ((byte)'+' or (byte)'-') || text[3] != ':') return false;
        if (!Two(text, 1, 14, out var hour) || !Two(text, 4, 59, out var minute)) return false;
        minutes = ((hour * 60) + minute) * (text[0] == '-' ? -1 : 1);
        return minutes is >= -840 and <= 840;
    }

    private static bool Two(ReadOnlySpan<byte> text, int at, int most, out int value)
    {
        var (tens, ones) = (text[at] - '0', text[at + 1] - '0');
        value = (tens * 10) + ones;
        return tens is >= 0 and <= 9 && ones is >= 0 and <= 9 && value <= most;
    }
}
