using System.Globalization;
using System.Text.Json;

namespace HealthApi.Core.Integrations;

/// <summary>
/// Reads JSON of other systems without relying on its structure: a value that is absent or has another type reads as null or undefined.
/// </summary>
internal static class JsonPaths
{
    /// <summary>The member at the end of the path; undefined if there is none.</summary>
    public static JsonElement At(this JsonElement element, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element)) return default;
        return element;
    }

    /// <summary>The value at a JSON pointer (RFC 6901); undefined if there is none.</summary>
    public static JsonElement Pointer(this JsonElement element, string pointer)
    {
        if (pointer.Length == 0) return element;
        foreach (var part in pointer[1..].Split('/'))
        {
            var name = part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            if (element.ValueKind == JsonValueKind.Array && int.TryParse(name, NumberStyles.None, null, out var index)
                && index < element.GetArrayLength())
            {
                element = element[index];
            }
            else if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element))
            {
                return default;
            }
        }

        return element;
    }

    /// <summary>A non-empty text without spaces at its ends, or a number as written, because ids come as either.</summary>
    public static string? Text(this JsonElement element, params ReadOnlySpan<string> path) => element.At(path) switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString()!.Trim() is { Length: > 0 } given ? given : null,
        { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
        _ => null,
    };

    /// <summary>As <see cref="Text"/>, but also null for "0" and "-1", which some vendors use for "none".</summary>
    public static string? Id(this JsonElement element, params ReadOnlySpan<string> path) =>
        element.Text(path) is { } text and not ("0" or "-1") ? text : null;

    public static long? Whole(this JsonElement element, params ReadOnlySpan<string> path) =>
        long.TryParse(element.Text(path), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    public static decimal? Amount(this JsonElement element, params ReadOnlySpan<string> path) =>
        decimal.TryParse(element.Text(path), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>The items of an array; empty if the value is not an array.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement element, params ReadOnlySpan<string> path) =>
        element.At(path) is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray() : [];
}
