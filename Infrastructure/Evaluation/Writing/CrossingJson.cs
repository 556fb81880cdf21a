using System.Text.Json;
using System.Text.Json.Serialization;
using HealthApi.Core.Thresholds;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Evaluation.Writing;

/// <summary>The stored JSON of crossings, with the names of the API. Crossings that earlier versions have stored can be read too.</summary>
public static class CrossingJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower), new NameListConverter() },
    };

    public static string Wire(Metric metric) => JsonNamingPolicy.SnakeCaseLower.ConvertName(metric.ToString());

    public static string Wire(CrossingDirection direction) => JsonNamingPolicy.SnakeCaseLower.ConvertName(direction.ToString());

    public static string ToStored(Crossing crossing) => JsonSerializer.Serialize(crossing, Options);

    public static Crossing FromStored(string json) => JsonSerializer.Deserialize<Crossing>(json, Options)!;
}
