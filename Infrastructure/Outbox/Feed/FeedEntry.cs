using System.Text.Json;

namespace HealthApi.Infrastructure.Outbox.Feed;

/// <summary>A crossing that waits to be published; <see cref="Body"/> is that of the webhook.</summary>
internal sealed record FeedEntry
{
    private const string IdPrefix = "msg_";

    public long Seq { get; init; }

    public string MessageId { get; init; } = "";

    public string AccountId { get; init; } = "";

    public string? Trace { get; init; }

    public string Body { get; init; } = "";

    /// <summary>The broker's message id: the same whenever this crossing is published.</summary>
    public Guid BusId => Guid.ParseExact(MessageId[IdPrefix.Length..], "N");

    public ThresholdCrossed ToMessage()
    {
        var body = JsonSerializer.Deserialize<WebhookBody>(Body, JsonSerializerOptions.Web)!;
        return body.Data with { MessageId = MessageId, At = body.Timestamp };
    }

    private sealed record WebhookBody(DateTimeOffset Timestamp, ThresholdCrossed Data);
}
