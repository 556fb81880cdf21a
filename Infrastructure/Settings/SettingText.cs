using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace HealthApi.Infrastructure.Settings;

/// <summary>Parses the text of a setting of each type, and describes the texts that are allowed.</summary>
internal static class SettingText
{
    /// <summary>The value; null where the text is not of the type or is out of its range.</summary>
    /// <exception cref="NotSupportedException">No setting has this type yet.</exception>
    public static object? Read(Type type, string text, RangeAttribute? range)
    {
        var value = Read(type, text);
        return value is null || range is null
            || (Bound(type, range.Minimum).CompareTo(value) <= 0 && Bound(type, range.Maximum).CompareTo(value) >= 0) ? value : null;
    }

    /// <summary>Describes the allowed texts, to follow "is not": <c>a whole number from 1 to 256</c>.</summary>
    public static string Allowed(Type type, RangeAttribute? range) => type switch
    {
        _ when type.IsEnum => string.Join(" or ", Enum.GetNames(type)),
        _ when type == typeof(bool) => "true or false",
        _ when type == typeof(TimeSpan) => $"a time{Range(type, range)}, written hours:minutes:seconds",
        _ when type == typeof(double) => $"a number{Range(type, range)}",
        _ => $"a whole number{Range(type, range)}",
    };

    private static object? Read(Type type, string text) => type switch
    {
        _ when type == typeof(string) => text,
        // Enum.Parse also takes numbers, even those of no member.
        _ when type.IsEnum => Enum.GetNames(type).FirstOrDefault(name => name.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } name
            ? Enum.Parse(type, name) : null,
        _ when type == typeof(bool) => bool.TryParse(text, out var flag) ? flag : null,
        _ when type == typeof(int) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number : null,
        _ when type == typeof(long) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number : null,
        _ when type == typeof(double) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && double.IsFinite(number) ? number : null,
        // Without a colon the number would mean days, while 15 is usually meant as seconds.
        _ when type == typeof(TimeSpan) => text.Contains(':')
            && TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out var time) ? time : null,
        _ => throw new NotSupportedException($"Settings of type {type.Name} cannot be read."),
    };

    private static string Range(Type type, RangeAttribute? range) => range switch
    {
        null => "",
        _ when Bound(type, range.Maximum).Equals(long.MaxValue) => $" from {Text(range.Minimum)}",
        _ => $" from {Text(range.Minimum)} to {Text(range.Maximum)}",
    };

    private static IComparable Bound(Type type, object bound) => (IComparable)Read(type, Text(bound))!;

    private static string Text(object bound) => Convert.ToString(bound, CultureInfo.InvariantCulture)!;
}
