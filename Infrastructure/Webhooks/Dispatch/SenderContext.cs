using HealthApi.Core.Webhooks;
using HealthApi.Infrastructure.Webhooks.Outbox;
using HealthApi.Infrastructure.Webhooks.Sending;

namespace HealthApi.Infrastructure.Webhooks.Dispatch;

/// <summary>
/// The services and callbacks that a dispatcher gives its subscription senders. <see cref="Ended"/> is called after each attempt, and <see
/// cref="Returned"/> with claimed deliveries that are not sent after all. Sending stops when <see cref="Stopping"/> is cancelled.
/// </summary>
internal sealed record SenderContext(
    WebhookSender Sender,
    TimeProvider Time,
    TimeSpan Timeout,
    Action<SubscriptionSender, ClaimedDelivery, DeliveryAttempt> Ended,
    Action<IReadOnlyList<ClaimedDelivery>> Returned,
    CancellationToken Stopping);

/// <summary>The URL and the secrets of a subscription.</summary>
internal sealed record SenderTarget(Uri Url, SecretRing Ring)
{
    private readonly IReadOnlyList<WebhookSecret>? _only = Ring.Entries.Count == 1 ? Ring.ValidAt(DateTimeOffset.MinValue) : null;

    /// <summary>The request that delivers a message, signed with every secret that is valid at the instant.</summary>
    public WebhookRequest Request(ClaimedDelivery delivery, DateTimeOffset now) =>
        new(Url, _only ?? Ring.ValidAt(now), delivery.MessageId, delivery.Body, delivery.Trace);
}
