using System.Globalization;
using HealthApi.Core.Primitives;

namespace HealthApi.Core.Imports;

/// <summary>
/// Converts a cell to an instant. The cell is parsed by its format; <paramref name="TimeOfDay"/> replaces its time of day if given;
/// <paramref name="Zone"/> applies unless the text has an offset; <paramref name="Plus"/> is added. If a clock change repeats an hour, the
/// standard (winter) time counts.
/// </summary>
/// <param name="Format">A .NET date format, <c>unixSeconds</c>, <c>unixMilliseconds</c>, or null for ISO 8601.</param>
internal sealed record ToTime(string? Format, TimeZoneInfo Zone, TextTemplate? TimeOfDay, Duration? Plus) : Conversion
{
    public const string UnixSeconds = "unixSeconds", UnixMilliseconds = "unixMilliseconds";

    private static readonly string[] Iso =
    [
        "yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mmK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK",
    ];

    private static readonly string[] Hours = [@"h\:mm", @"hh\:mm", @"h\:mm\:ss", @"hh\:mm\:ss"];

    public override Constant? Convert(string text, ImportRow row, out string? mistake)
    {
        mistake = null;
        if (Parse(text) is not { } time)
            mistake = $"'{text}' is not a time of the form {Format ?? "2026-11-20, 2026-11-20 09:30:00 or 2026-11-20T09:30:00Z"}.";
        else if (AtHour(time, row) is not { } atHour) mistake = $"'{TimeOfDay!.Fill(row)}' is not a time of day such as 09:30.";
        else if (MovedOn(ToUtc(atHour), row) is not { } instant)
            mistake = "The duration to add is not a number, or the sum is outside of the calendar.";
        else return Constant.Of(Rfc3339.Format(instant));
        return null;
    }

    private DateTime? Parse(string text)
    {
        if (Format is UnixSeconds or UnixMilliseconds)
        {
            return CellText.TryNumber(text, '.', out var number)
                ? Add(DateTime.UnixEpoch, number, Format == UnixSeconds ? TimeSpan.TicksPerSecond : TimeSpan.TicksPerMillisecond) : null;
        }

        var known = Format is null ? Iso : [Format];
        return DateTime.TryParseExact(text, known, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var time) ? time
            : null;
    }

    private DateTime? AtHour(DateTime time, ImportRow row)
    {
        if (TimeOfDay?.Fill(row) is not { } text) return time;
        return TimeSpan.TryParseExact(text, Hours, CultureInfo.InvariantCulture, out var hour)
            ? DateTime.SpecifyKind(time.Date, DateTimeKind.Unspecified) + hour : null;
    }

    private DateTime ToUtc(DateTime time)
    {
        if (time.Kind == DateTimeKind.Utc) return time;
        var ticks = Math.Clamp(time.Ticks - Zone.GetUtcOffset(time).Ticks, 0, DateTime.MaxValue.Ticks);
        return new DateTime(ticks, DateTimeKind.Utc);
    }

    private DateTime? MovedOn(DateTime time, ImportRow row)
    {
        if (Plus is null || row[Plus.Column].Length == 0) return time;
        return CellText.TryNumber(row[Plus.Column], '.', out var number) ? Add(time, number, Plus.TicksPerUnit) : null;
    }

    private static DateTime? Add(DateTime time, decimal number, long ticksPerUnit)
    {
        const decimal MostUnits = 1_000_000_000_000_000m;
        var ticks = time.Ticks + (Math.Clamp(number, -MostUnits, MostUnits) * ticksPerUnit);
        return ticks >= 0 && ticks <= DateTime.MaxValue.Ticks ? new DateTime((long)ticks, DateTimeKind.Utc) : null;
    }
}

/// <summary>A column that holds a duration.</summary>
internal sealed record Duration(int Column, long TicksPerUnit);
