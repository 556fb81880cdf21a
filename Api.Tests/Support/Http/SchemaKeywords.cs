using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using HealthApi.Core.Primitives;

namespace HealthApi.Api.Tests.Support.Http;

/// <summary>
/// The keywords of JSON Schema that apply to one value without looking into it. A keyword is ignored for values of other types.
/// </summary>
internal static class SchemaKeywords
{
    public static IEnumerable<string> Check(JsonProperty keyword, JsonElement value, string path)
    {
        if (!Holds(keyword.Name, keyword.Value, value)) yield return $"{path}: {Shown(value)} breaks {keyword.Name} {Shown(keyword.Value)}";
    }

    private static bool Holds(string keyword, JsonElement rule, JsonElement value) => keyword switch
    {
        "type" => rule.ValueKind == JsonValueKind.Array ? rule.EnumerateArray().Any(type => IsA(value, type.GetString()!))
            : IsA(value, rule.GetString()!),
        "enum" => rule.EnumerateArray().Any(one => JsonElement.DeepEquals(one, value)),
        "const" => JsonElement.DeepEquals(rule, value),
        "required" => value.ValueKind != JsonValueKind.Object
            || rule.EnumerateArray().All(name => value.TryGetProperty(name.GetString()!, out _)),
        "minimum" => value.ValueKind != JsonValueKind.Number || value.GetDecimal() >= rule.GetDecimal(),
        "maximum" => value.ValueKind != JsonValueKind.Number || value.GetDecimal() <= rule.GetDecimal(),
        "minLength" => value.ValueKind != JsonValueKind.String || value.GetString()!.Length >= rule.GetInt32(),
        "maxLength" => value.ValueKind != JsonValueKind.String || value.GetString()!.Length <= rule.GetInt32(),
        "pattern" => value.ValueKind != JsonValueKind.String || Regex.IsMatch(value.GetString()!, rule.GetString()!),
        "minItems" => value.ValueKind != JsonValueKind.Array || value.GetArrayLength() >= rule.GetInt32(),
        "maxItems" => value.ValueKind != JsonValueKind.Array || value.GetArrayLength() <= rule.GetInt32(),
        "maxProperties" => value.ValueKind != JsonValueKind.Object || value.EnumerateObject().Count() <= rule.GetInt32(),
        "format" => value.ValueKind != JsonValueKind.String || HasFormat(value.GetString()!, rule.GetString()!),
        _ => throw new NotSupportedException($"The checker does not know the keyword '{keyword}'."),
    };

    private static bool IsA(JsonElement value, string type) => type switch
    {
        "null" => value.ValueKind == JsonValueKind.Null,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "string" => value.ValueKind == JsonValueKind.String,
        "number" => value.ValueKind == JsonValueKind.Number,
        "integer" => value.ValueKind == JsonValueKind.Number && decimal.IsInteger(value.GetDecimal()),
        "array" => value.ValueKind == JsonValueKind.Array,
        "object" => value.ValueKind == JsonValueKind.Object,
        _ => throw new NotSupportedException($"The checker does not know the type '{type}'."),
    };

    private static bool HasFormat(string text, string format) => format switch
    {
        "date-time" => Rfc3339.TryParse(System.Text.Encoding.UTF8.GetBytes(text), out _),
        "date" => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
        "uri" => Uri.TryCreate(text, UriKind.Absolute, out _),
        "uri-reference" => Uri.TryCreate(text, UriKind.RelativeOrAbsolute, out _),
        "duration" => Regex.IsMatch(text, "^P\\d+D$"),
        _ => throw new NotSupportedException($"The checker does not know the format '{format}'."),
    };

    private static string Shown(JsonElement value) =>
        value.GetRawText() is { Length: > 120 } long_ ? long_[..120] + "…" : value.GetRawText();
}
