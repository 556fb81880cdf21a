using System.Text.Json;
using System.Text.Json.Serialization;

namespace HealthApi.Api.Serialization;

/// <summary>The two JSON dialects of the service: strict for what is read, plain for what is written.</summary>
internal static class Json
{
    /// <summary>camelCase; no unknown or repeated members, no numbers in quotes, no null where none is meant.</summary>
    public static readonly JsonSerializerOptions Requests = new(JsonSerializerOptions.Strict)
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        MaxDepth = 32,
        Converters = { new WordConverter(), new UtcConverter(), new DecimalConverter() },
    };

    /// <summary>camelCase; enums as snake_case words; nulls are written, since "missing" is told by null.</summary>
    public static readonly JsonSerializerOptions Answers = new(JsonSerializerDefaults.Web)
    {
        // What was accepted at the depth that requests may have stands deeper in an answer around it.
        MaxDepth = 128,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower), new UtcConverter() },
    };
}
