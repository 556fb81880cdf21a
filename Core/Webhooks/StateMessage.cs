using System.Text.Json;

namespace HealthApi.Core.Webhooks;

/// <summary>
/// The thresholds that a message about an account's state passed and the crossings that it resolves, read from its body. <c>threshold</c>
/// is the outermost threshold, and <c>passed</c> lists all of them; messages of earlier versions may have only <c>threshold</c>.
/// <c>resolves</c> is a list, or in messages of earlier versions one id or null.
/// </summary>
public sealed record StateMessage(
    string Id, string Type, string AccountId, IReadOnlyList<string> Thresholds, IReadOnlyList<string> Resolves)
{
    /// <summary>Null if the message is not about an account's state (see <see cref="WebhookEventType.IsState"/>).</summary>
    public static StateMessage? Read(string id, string type, string? accountId, string body)
    {
        if (accountId is null || WebhookEventTypes.Find(type) is not { IsState: true }) return null;
        using var document = JsonDocument.Parse(body);
        var data = document.RootElement.TryGetProperty("data", out var member) ? member : default;
        var thresholds = Words(data, "threshold").Concat(Words(data, "passed")).Distinct(StringComparer.Ordinal);
        return new StateMessage(id, type, accountId, [.. thresholds], [.. Words(data, "resolves")]);
    }

    /// <summary>
    /// The id of the message about a crossing that this message resolves. Both have the same metric and therefore the same type.
    /// </summary>
    public string IdOfResolved(string crossingId) => WebhookMessage.IdOf(Type, crossingId);

    private static List<string> Words(JsonElement data, string member) =>
        data.ValueKind == JsonValueKind.Object && data.TryGetProperty(member, out var value) ? Words(value).ToList() : [];

    private static IEnumerable<string> Words(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => [value.GetString()!],
        JsonValueKind.Array => value.EnumerateArray().SelectMany(Words),
        _ => [],
    };
}
