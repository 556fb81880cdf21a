using System.Text.Json;
using System.Text.Json.Nodes;
using HealthApi.Api.Http;
using HealthApi.Api.Problems;
using HealthApi.Api.Serialization;

namespace HealthApi.Api.Bodies;

/// <summary>
/// RFC 7396: members of the patch replace those of the document, null removes a member, and objects are merged member by member.
/// </summary>
internal sealed class MergePatch
{
    private readonly JsonObject _patch;

    private MergePatch(JsonObject patch) => _patch = patch;

    public static MergePatch Of(JsonObject patch) => new(patch);

    /// <summary>Accepts <c>application/merge-patch+json</c>, and <c>application/json</c> for callers that cannot set that type.</summary>
    public static async ValueTask<Outcome<MergePatch>> ReadAsync(HttpRequest request)
    {
        if ((await RequestJson.ReadBodyAsync(request, MediaTypes.MergePatch, MediaTypes.Json)).Failed(out var problem, out var body))
            return problem;
        using (body)
        {
            if (JsonSyntax.Check(body.Bytes.Span, maxTokens: JsonSyntax.MaxTokens) is { } malformed) return malformed;
            try
            {
                var node = JsonNode.Parse(body.Bytes.Span, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false });
                return node is JsonObject patch ? new MergePatch(patch) : JsonSyntax.Malformed("A merge patch must be a JSON object.");
            }
            catch (JsonException)
            {
                return JsonSyntax.Malformed("The body contains a member twice.");
            }
        }
    }

    /// <summary>The document after the patch, read by the same strict rules as a full one.</summary>
    public Outcome<T> Apply<T>(T document)
        where T : class
    {
        var target = JsonSerializer.SerializeToNode(document, Json.Answers)!.AsObject();
        return RequestJson.Parse<T>(JsonSerializer.SerializeToUtf8Bytes(Merge(target, _patch)));
    }

    private static JsonObject Merge(JsonNode? target, JsonObject patch)
    {
        var merged = target as JsonObject ?? [];
        foreach (var (name, value) in patch)
        {
            if (value is null) merged.Remove(name);
            else if (value is JsonObject inner) merged[name] = Merge(merged[name]?.DeepClone(), inner);
            else merged[name] = value.DeepClone();
        }

        return merged;
    }
}
