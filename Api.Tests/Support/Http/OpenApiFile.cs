using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using HealthApi.Api.Tests.Support.Data;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace HealthApi.Api.Tests.Support.Http;

/// <summary>An operation of the document; its parameters include those of its path.</summary>
internal sealed record OpenApiOperation(string Path, string Method, JsonElement Json, IReadOnlyList<JsonElement> Parameters)
{
    public string Id => Json.GetProperty("operationId").GetString()!;

    public IEnumerable<JsonProperty> Responses => Json.GetProperty("responses").EnumerateObject();

    /// <summary>A caller's key needs one of these scopes; empty if the operation needs no key.</summary>
    public IReadOnlyList<string> Scopes =>
        [.. Json.GetProperty("security").EnumerateArray().Select(way => way.GetProperty("apiKey").EnumerateArray().Single().GetString()!)];

    /// <summary>The request bodies, by media type.</summary>
    public IEnumerable<JsonProperty> Bodies =>
        Json.TryGetProperty("requestBody", out var body) ? body.GetProperty("content").EnumerateObject() : [];

    public override string ToString() => $"{Method} {Path}";
}

/// <summary>The project's <c>openapi.yaml</c> as JSON.</summary>
internal static partial class OpenApiFile
{
    private static readonly string[] Methods = ["get", "put", "post", "patch", "delete", "options"];

    public static byte[] Bytes { get; } = File.ReadAllBytes(Path.Combine(SourceTree.Root, "openapi.yaml"));

    public static JsonElement Document { get; } = ToJson(Bytes);

    public static JsonElement Schemas => Document.GetProperty("components").GetProperty("schemas");

    public static IReadOnlyList<OpenApiOperation> Operations { get; } = [.. OperationsOf("paths")];

    public static IReadOnlyList<OpenApiOperation> Webhooks { get; } = [.. OperationsOf("webhooks")];

    /// <summary>The target of the object's <c>$ref</c>; the object itself if it has none.</summary>
    public static JsonElement Resolve(JsonElement element) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty("$ref", out var reference) ? At(reference.GetString()!)
            : element;

    /// <summary>The element that a <c>#/…</c> reference names.</summary>
    public static JsonElement At(string reference) => reference.TrimStart('#', '/').Split('/')
        .Aggregate(
            Document, (element, segment) => element.TryGetProperty(segment, out var inner) ? inner
            : throw new KeyNotFoundException(reference));

    /// <summary>Every element of a tree with its path of member names and indexes.</summary>
    public static IEnumerable<(string Path, JsonElement Element)> Walk(JsonElement element, string path = "#")
    {
        yield return (path, element);
        var children = element.ValueKind switch
        {
            JsonValueKind.Object => element.EnumerateObject().Select(member => (member.Name, member.Value)),
            JsonValueKind.Array => element.EnumerateArray().Select((item, index) => (index.ToString(), item)),
            _ => [],
        };
        foreach (var (name, child) in children)
        {
            foreach (var inner in Walk(child, $"{path}/{name}"))
                yield return inner;
        }
    }

    private static IEnumerable<OpenApiOperation> OperationsOf(string section) =>
        from path in Document.GetProperty(section).EnumerateObject()
        from member in path.Value.EnumerateObject()
        where Methods.Contains(member.Name)
        select new OpenApiOperation(
            path.Name, member.Name.ToUpperInvariant(), member.Value, [.. Parameters(path.Value), .. Parameters(member.Value)]);

    private static IEnumerable<JsonElement> Parameters(JsonElement holder) =>
        holder.TryGetProperty("parameters", out var parameters) ? parameters.EnumerateArray().Select(Resolve) : [];

    private static JsonElement ToJson(byte[] yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StreamReader(new MemoryStream(yaml)));
        return JsonSerializer.SerializeToElement(ToJson(stream.Documents.Single().RootNode));
    }

    private static JsonNode? ToJson(YamlNode node) => node switch
    {
        YamlMappingNode mapping => new JsonObject(
            mapping.Children.Select(pair => KeyValuePair.Create(((YamlScalarNode)pair.Key).Value!, ToJson(pair.Value)))),
        YamlSequenceNode sequence => new JsonArray([.. sequence.Children.Select(ToJson)]),
        YamlScalarNode scalar => ToJson(scalar),
        _ => throw new NotSupportedException($"{node.NodeType} at {node.Start}"),
    };

    /// <summary>Reads a scalar by YAML's core schema: without quotes it may be null, a boolean or a number.</summary>
    private static JsonValue? ToJson(YamlScalarNode scalar) => scalar switch
    {
        { Style: not ScalarStyle.Plain } => JsonValue.Create(scalar.Value),
        { Value: "null" or "~" or "" } => null,
        { Value: "true" or "false" } => JsonValue.Create(scalar.Value == "true"),
        { Value: { } text } when Number().IsMatch(text) => JsonValue.Create(decimal.Parse(text, NumberStyles.Float)),
        _ => JsonValue.Create(scalar.Value),
    };

    [GeneratedRegex(@"^[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?$")]
    private static partial Regex Number();
}
