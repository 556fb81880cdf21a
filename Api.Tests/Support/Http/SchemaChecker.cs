using System.Text.Json;

namespace HealthApi.Api.Tests.Support.Http;

/// <summary>
/// Checks values against the part of JSON Schema 2020-12 that our own documents use. An unknown keyword is an error, so that no keyword
/// stays unchecked. If <c>closed</c>, it also reports members that no schema mentions.
/// </summary>
internal sealed class SchemaChecker(Func<string, JsonElement> resolve, bool closed)
{
    private static readonly HashSet<string> Notes =
        ["description", "summary", "title", "default", "example", "examples", "discriminator", "$schema", "then", "else"];

    /// <summary>For the schemas of webhook messages, which contain no <c>$ref</c>.</summary>
    public static SchemaChecker OfMessages { get; } = new(_ => throw new NotSupportedException(), closed: true);

    /// <summary>The errors of the value, each with its path; empty if the value is valid.</summary>
    public IReadOnlyList<string> Check(JsonElement schema, JsonElement value, string path = "$") =>
        [.. Errors(schema, value, path, closed)];

    private IEnumerable<string> Errors(JsonElement schema, JsonElement value, string path, bool complete)
    {
        if (schema.ValueKind is JsonValueKind.True) return [];
        if (schema.ValueKind is JsonValueKind.False) return [$"{path}: nothing is allowed here"];
        var errors = schema.EnumerateObject().SelectMany(keyword => Keyword(schema, keyword, value, path, complete));
        return complete ? errors.Concat(Unmentioned(schema, value, path)) : errors;
    }

    private IEnumerable<string> Keyword(JsonElement schema, JsonProperty keyword, JsonElement value, string path, bool complete) =>
        keyword.Name switch
        {
            "$ref" => Errors(resolve(keyword.Value.GetString()!), value, path, complete),
            "allOf" => keyword.Value.EnumerateArray().SelectMany(part => Errors(part, value, path, complete: false)),
            "anyOf" => Matches(keyword.Value, value, path) is { Count: > 0 } ? []
                : [$"{path}: fits none of anyOf: {Why(keyword.Value, value, path)}"],
            "oneOf" => Matches(keyword.Value, value, path) is { Count: 1 } ? []
                : [$"{path}: fits {Matches(keyword.Value, value, path).Count} of oneOf: {Why(keyword.Value, value, path)}"],
            "not" => Errors(keyword.Value, value, path, complete: false).Any() ? [] : [$"{path}: fits what it must not"],
            "if" => Conditional(schema, keyword.Value, value, path),
            "properties" => Properties(keyword.Value, value, path),
            "additionalProperties" => Additional(schema, keyword.Value, value, path),
            "unevaluatedProperties" when keyword.Value.ValueKind == JsonValueKind.False => Unmentioned(schema, value, path),
            "propertyNames" => Names(keyword.Value, value, path),
            "items" => Items(keyword.Value, value, path),
            _ when Notes.Contains(keyword.Name) || keyword.Name.StartsWith("x-", StringComparison.Ordinal) => [],
            _ => SchemaKeywords.Check(keyword, value, path),
        };

    private IEnumerable<string> Conditional(JsonElement schema, JsonElement condition, JsonElement value, string path)
    {
        var branch = Errors(condition, value, path, complete: false).Any() ? "else" : "then";
        return schema.TryGetProperty(branch, out var chosen) ? Errors(chosen, value, path, complete: false) : [];
    }

    private List<JsonElement> Matches(JsonElement branches, JsonElement value, string path) =>
        [.. branches.EnumerateArray().Where(branch => !Errors(branch, value, path, closed).Any())];

    private string Why(JsonElement branches, JsonElement value, string path) =>
        string.Join(" | ", branches.EnumerateArray().Select(branch => Errors(branch, value, path, closed).FirstOrDefault() ?? "fits"));

    private IEnumerable<string> Properties(JsonElement properties, JsonElement value, string path) =>
        value.ValueKind != JsonValueKind.Object
        ? []
        : properties.EnumerateObject().SelectMany(property =>
            value.TryGetProperty(property.Name, out var member) ? Errors(property.Value, member, $"{path}.{property.Name}", closed) : []);

    private IEnumerable<string> Additional(JsonElement schema, JsonElement additional, JsonElement value, string path)
    {
        if (value.ValueKind != JsonValueKind.Object) return [];
        var known = schema.TryGetProperty("properties", out var properties) ? properties : default;
        return value.EnumerateObject()
            .Where(member => known.ValueKind != JsonValueKind.Object || !known.TryGetProperty(member.Name, out _))
            .SelectMany(member => Errors(additional, member.Value, $"{path}.{member.Name}", closed));
    }

    private IEnumerable<string> Names(JsonElement schema, JsonElement value, string path) => value.ValueKind != JsonValueKind.Object
        ? []
        : value.EnumerateObject()
            .SelectMany(member => Errors(schema, JsonSerializer.SerializeToElement(member.Name), $"{path}.{member.Name} (name)", closed));

    private IEnumerable<string> Items(JsonElement schema, JsonElement value, string path) => value.ValueKind != JsonValueKind.Array
        ? []
        : value.EnumerateArray().SelectMany((item, index) => Errors(schema, item, $"{path}[{index}]", closed));

    private IEnumerable<string> Unmentioned(JsonElement schema, JsonElement value, string path) =>
        value.ValueKind == JsonValueKind.Object && Mentioned(schema) is { } names
        ? value.EnumerateObject().Where(member => !names.Contains(member.Name)).Select(member => $"{path}.{member.Name}: not in the schema")
        : [];

    /// <summary>The members that a schema mentions; null if it allows others, or mentions no members at all.</summary>
    private HashSet<string>? Mentioned(JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object || schema.TryGetProperty("additionalProperties", out _)) return null;
        var parts = Parts(schema).Select(Mentioned).ToList();
        var own = schema.TryGetProperty("properties", out var properties) ? properties.EnumerateObject().Select(property => property.Name)
            : [];
        var names = own.Concat(parts.OfType<HashSet<string>>().SelectMany(part => part)).ToHashSet();
        return names.Count == 0 || Parts(schema).Any(Open) ? null : names;
    }

    private bool Open(JsonElement schema) =>
        schema.ValueKind == JsonValueKind.Object && (schema.TryGetProperty("additionalProperties", out _) || Parts(schema).Any(Open));

    private IEnumerable<JsonElement> Parts(JsonElement schema) =>
    [
        .. schema.TryGetProperty("$ref", out var reference) ? [resolve(reference.GetString()!)] : Array.Empty<JsonElement>(),
        .. schema.TryGetProperty("then", out var then) ? [then] : Array.Empty<JsonElement>(),
        .. ((string[])["allOf", "anyOf", "oneOf"])
            .SelectMany(name => schema.TryGetProperty(name, out var parts) ? parts.EnumerateArray() : default),
    ];
}
