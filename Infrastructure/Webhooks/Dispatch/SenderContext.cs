using HealthApi.Core.Webhooks;
using HealthApi.Infrastructure.Webhooks.Outbox;
using HealthApi.Infrastructure.Webhooks.Sending;

namespace HealthApi.Infrastructure.Webhooks.Dispatch;

/// <summary>
/// What every lane needs of its dispatcher. <see cref="Ended"/> is told of each attempt, <see cref="Returned"/> of claimed deliveries that
/// are not sent after all; sending stops when <see cref="Stopping"/> is cancelled.
/// </summary>
internal sealed record SenderContext(
    WebhookSender Sender,
    TimeProvider Time,
    TimeSpan Timeout,
    Action<SubscriptionSender, ClaimedDelivery, DeliveryAttempt> Ended,
    Action<IReadOnlyList<ClaimedDelivery>> Returned,
    CancellationToken Stopping);

/// <summary>A subscription as a lane sees it.</summary>
internal sealed record SenderTarget(Uri Url, SecretRing Ring)
{
    private readonly IReadOnlyList<WebhookSecret>? _only = Ring.Entries.Count == 1 ? Ring.ValidAt(DateTimeOffset.MinValue) : null;

    /// <summary>The request that delivers a message at an instant, signed with every secret that is valid then.</summary>
    public WebhookRequest Request(ClaimedDelivery delivery, DateTimeOffset now) =>
        new(Url, _only ?? Ring.ValidAt(now), delivery.MessageId, delivery.Body, delivery.Trace);
}
