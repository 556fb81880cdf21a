using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;

namespace HealthApi.Api.Tests.Support.Http;

/// <summary>
/// Validates by JsonSchema.Net against schemas of <c>openapi.yaml</c>; tests compare it with <see cref="SchemaChecker"/>.
/// </summary>
internal static class StockSchemas
{
    private const string Components = "#/components/schemas/", Base = "https://healthapi.test/components", Definitions = Base + "#/$defs/";

    private static readonly EvaluationOptions Options = Register();

    private static readonly ConcurrentDictionary<string, JsonSchema> Read = new(StringComparer.Ordinal);

    /// <summary>Whether the value fits the schema.</summary>
    public static bool Fits(JsonElement schema, JsonElement value) =>
        Read.GetOrAdd(schema.GetRawText(), text => JsonSchema.FromText(Moved(text))).Evaluate(value, Options).IsValid;

    private static EvaluationOptions Register()
    {
        var options = new EvaluationOptions { OutputFormat = OutputFormat.Flag, RequireFormatValidation = true };
        var components = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["$id"] = Base,
            ["$defs"] = JsonNode.Parse(Moved(OpenApiFile.Schemas.GetRawText())),
        };
        SchemaRegistry.Global.Register(JsonSchema.FromText(components.ToJsonString()));
        return options;
    }

    private static string Moved(string schema) => schema.Replace(Components, Definitions, StringComparison.Ordinal);
}
