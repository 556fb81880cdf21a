using System.Text.Json.Nodes;

namespace HealthApi.Api.Commands.Receiving;

/// <summary>Describes a webhook in one readable line.</summary>
internal static class MessageLine
{
    public static string Of(ReceivedMessage message)
    {
        if (message.Json is not { } body) return $"{message.Body.Length} bytes that are not a JSON object";
        var data = body["data"] as JsonObject ?? [];
        return data["crossingId"] is null
            ? $"{Text(body["type"])} {Text(data["accountId"])} {data.ToJsonString()}"
            : $"{Arrow(data)} {Name(data),-26} {Text(data["metric"])} "
                + $"{Value(data["from"])} → {Value(data["to"])}  {Passed(data)}{Reason(data)}";
    }

    private static string Arrow(JsonObject data) => Text(data["direction"]) switch
    {
        "rising" => "▲",
        "falling" => "▼",
        _ => "●",
    };

    private static string Name(JsonObject data) => Text(data["account"]?["name"]) is { Length: > 0 } name ? name : Text(data["accountId"]);

    private static string Value(JsonNode? standing) =>
        $"{(standing?["score"] is { } score ? $"{score.GetValue<double>():0.0}" : "–"),5} "
        + Text(standing?["category"] ?? standing?["level"]);

    /// <summary>The threshold of the crossing, and the other thresholds that the same move crossed.</summary>
    private static string Passed(JsonObject data)
    {
        var way = data["passed"] is JsonArray passed ? passed.Select(Text).Where(threshold => threshold != Text(data["threshold"])).ToList()
            : [];
        return way.Count == 0 ? Text(data["threshold"]) : $"{Text(data["threshold"])} (and {string.Join(", ", way)})";
    }

    private static string Reason(JsonObject data) => data["reasons"] is JsonArray { Count: > 0 } reasons && reasons[0] is JsonObject first
        ? $"  ({Text(first["component"]) switch { "" => "", var component => component + ": " }}{Text(first["detail"])})"
        : "";

    private static string Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";
}
