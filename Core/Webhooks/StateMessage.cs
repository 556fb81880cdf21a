using System.Text.Json;

namespace HealthApi.Core.Webhooks;

/// <summary>
/// What a message about an account's state says: which thresholds its move passed, and which crossings it resolves. Read from the body,
/// which is what the receiver gets: a move over one bound names it in <c>threshold</c>, one over several lists them in <c>passed</c> too;
/// <c>resolves</c> is one id, a list or null.
/// </summary>
public sealed record StateMessage(
    string Id, string Type, string AccountId, IReadOnlyList<string> Thresholds, IReadOnlyList<string> Resolves)
{
    /// <summary>Null where the message says no account's state (see <see cref="WebhookEventType.IsState"/>).</summary>
    public static StateMessage? Read(string id, string type, string? accountId, string body)
    {
        if (accountId is null || WebhookEventTypes.Find(type) is not { IsState: true }) return null;
        using var document = JsonDocument.Parse(body);
        var data = document.RootElement.TryGetProperty("data", out var said) ? said : default;
        var thresholds = Words(data, "threshold").Concat(Words(data, "passed")).Distinct(StringComparer.Ordinal);
        return new StateMessage(id, type, accountId, [.. thresholds], [.. Words(data, "resolves")]);
    }

    /// <summary>
    /// The id of the message that told a crossing which this one resolves: it is of the same metric, and so of the same type.
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
