using System.Text.Json;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Webhooks.Feed;

/// <summary>A crossing that waits to be published; <see cref="Body"/> is the body of its webhook.</summary>
internal sealed record FeedEntry
{
    private const string IdPrefix = "msg_";

    /// <summary>Also reads the bodies of a former version, in which <c>resolves</c> is one name or null.</summary>
    private static readonly JsonSerializerOptions Reading = new(JsonSerializerDefaults.Web) { Converters = { new NameListConverter() } };

    public long Seq { get; init; }

    public string MessageId { get; init; } = "";

    public string AccountId { get; init; } = "";

    public string? Trace { get; init; }

    public string Body { get; init; } = "";

    /// <summary>The broker's message id: the same every time this crossing is published.</summary>
    public Guid BusId => Guid.ParseExact(MessageId[IdPrefix.Length..], "N");

    public ThresholdCrossed ToMessage()
    {
        var (timestamp, data) = JsonSerializer.Deserialize<WebhookBody>(Body, Reading)!;
        return data with { MessageId = MessageId, At = timestamp, Passed = data.Passed.Count == 0 ? [data.Threshold] : data.Passed };
    }

    private sealed record WebhookBody(DateTimeOffset Timestamp, ThresholdCrossed Data);
}
