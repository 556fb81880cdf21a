using System.Text.Json;
using System.Text.Json.Serialization;

namespace HealthApi.Api.Serialization;

/// <summary>The JSON options of the service: strict for requests, plain for answers.</summary>
internal static class Json
{
    /// <summary>camelCase; refuses unknown and repeated members, numbers in quotes, and null for members that are not nullable.</summary>
    public static readonly JsonSerializerOptions Requests = new(JsonSerializerOptions.Strict)
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        MaxDepth = 32,
        Converters = { new WordConverter(), new UtcConverter(), new DecimalConverter() },
    };

    /// <summary>camelCase; enums as snake_case words; nulls are written, because null means a missing value.</summary>
    public static readonly JsonSerializerOptions Answers = new(JsonSerializerDefaults.Web)
    {
        // A value that was accepted at the greatest depth of a request is nested deeper in an answer.
        MaxDepth = 128,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower), new UtcConverter() },
    };
}
