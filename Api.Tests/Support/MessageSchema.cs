using System.Text.Json;
using HealthApi.Core.Webhooks;

namespace HealthApi.Api.Tests.Support;

/// <summary>Checks messages against the schema of their type: the part of JSON Schema that the types use; a member that is not described is a mistake.</summary>
internal static class MessageSchema
{
    public static IEnumerable<string> Mistakes(WebhookEventType type, JsonElement message) => Mistakes("", type.Schema, message);

    private static IEnumerable<string> Mistakes(string place, JsonElement schema, JsonElement value)
    {
        if (schema.TryGetProperty("const", out var constant) && !JsonElement.DeepEquals(constant, value)) yield return $"{place} is not {constant}";
        if (schema.TryGetProperty("enum", out var words) && !words.EnumerateArray().Any(word => JsonElement.DeepEquals(word, value))) yield return $"{place} is not among {words}";
        if (schema.TryGetProperty("type", out var types) && !Names(types).Any(name => Fits(name, value))) yield return $"{place} is not {types}";
        foreach (var name in schema.TryGetProperty("required", out var required) ? required.EnumerateArray().Select(item => item.GetString()!) : [])
            if (!value.TryGetProperty(name, out _)) yield return $"{place}/{name} is missing";
        if (schema.TryGetProperty("properties", out var properties))
            foreach (var mistake in value.EnumerateObject().SelectMany(member => InMember(place, properties, member))) yield return mistake;
        if (schema.TryGetProperty("items", out var items))
            foreach (var mistake in value.EnumerateArray().SelectMany(item => Mistakes(place + "/-", items, item))) yield return mistake;
    }

    private static IEnumerable<string> InMember(string place, JsonElement properties, JsonProperty member) =>
        properties.TryGetProperty(member.Name, out var schema) ? Mistakes($"{place}/{member.Name}", schema, member.Value) : [$"{place}/{member.Name} is not described"];

    private static IEnumerable<string> Names(JsonElement types) =>
        types.ValueKind == JsonValueKind.Array ? types.EnumerateArray().Select(type => type.GetString()!) : [types.GetString()!];

    private static bool Fits(string type, JsonElement value) => type switch
    {
        "integer" => value.TryGetInt64(out _),
        "number" => value.ValueKind == JsonValueKind.Number,
        _ => value.ValueKind.ToString().Equals(type, StringComparison.OrdinalIgnoreCase),
    };
}
