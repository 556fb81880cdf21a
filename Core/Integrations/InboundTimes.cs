using System.Text;
using System.Text.Json;
using HealthApi.Core.Primitives;

namespace HealthApi.Core.Integrations;

/// <summary>Parses times in the forms that vendors use. Null if the value is not one.</summary>
internal static class InboundTimes
{
    private const long LatestSecond = 253_402_300_799;

    /// <summary>Whole seconds since 1970, as a number or a text.</summary>
    public static DateTimeOffset? Seconds(JsonElement value) => value.Whole() is { } seconds ? FromMilliseconds(seconds, 1000) : null;

    /// <summary>Whole milliseconds since 1970, as a number or a text.</summary>
    public static DateTimeOffset? Milliseconds(JsonElement value) =>
        value.Whole() is { } milliseconds ? FromMilliseconds(milliseconds, 1) : null;

    /// <summary>An RFC 3339 time, or a date, which means midnight UTC; fractions are truncated to microseconds.</summary>
    public static DateTimeOffset? Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? Text(value.GetString()!) : null;

    public static DateTimeOffset? Text(string text) =>
        Rfc3339.TryParseDateOrTime(Encoding.UTF8.GetBytes(text), out var instant) ? instant : null;

    private static DateTimeOffset? FromMilliseconds(long number, long factor) =>
        number >= 0 && number <= LatestSecond * 1000 / factor ? DateTimeOffset.FromUnixTimeMilliseconds(number * factor) : null;
}
