using System.Text.Json.Nodes;
using YamlDotNet.RepresentationModel;

namespace HealthApi.Api.Tests.Support.Data;

/// <summary>
/// The project's YAML files as JSON: aliases and merge keys are resolved, every scalar is a string. A duplicate key is an error.
/// </summary>
internal static class YamlFile
{
    private const string Merge = "<<";

    /// <summary>Reads all documents of a file.</summary>
    /// <param name="path">Relative to the project's root.</param>
    public static IReadOnlyList<JsonNode> Read(string path)
    {
        using var reader = File.OpenText(Path.Combine(SourceTree.Root, path));
        var stream = new YamlStream();
        stream.Load(reader);
        return [.. stream.Documents.Select(document => ToJson(document.RootNode)!)];
    }

    private static JsonNode? ToJson(YamlNode node) => node switch
    {
        YamlMappingNode mapping => ToObject(mapping),
        YamlSequenceNode sequence => new JsonArray([.. sequence.Select(ToJson)]),
        YamlScalarNode scalar => JsonValue.Create(scalar.Value),
        _ => throw new NotSupportedException($"{node.NodeType} at {node.Start}"),
    };

    private static JsonObject ToObject(YamlMappingNode mapping)
    {
        var members = mapping.Children.ToDictionary(pair => ((YamlScalarNode)pair.Key).Value!, pair => pair.Value);
        var result = new JsonObject(
            members.Where(member => member.Key != Merge).Select(member => KeyValuePair.Create(member.Key, ToJson(member.Value))));
        if (!members.TryGetValue(Merge, out var inherited)) return result;
        foreach (var (name, value) in ToObject((YamlMappingNode)inherited))
            if (!result.ContainsKey(name)) result[name] = value?.DeepClone();
        return result;
    }
}
