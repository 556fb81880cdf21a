using HealthApi.Core.Webhooks;
using HealthApi.Infrastructure.Webhooks.Outbox;
using HealthApi.Infrastructure.Webhooks.Sending;

namespace HealthApi.Infrastructure.Webhooks.Dispatch;

/// <summary>
/// What every lane needs of its dispatcher. <see cref="Ended"/> is told of each attempt, <see cref="Returned"/> of claimed deliveries that are not
/// sent after all; sending stops when <see cref="Stopping"/> is cancelled.
/// </summary>
internal sealed record LaneParts(
    WebhookSender Sender,
    TimeProvider Time,
    TimeSpan Timeout,
    Action<SubscriptionLane, ClaimedDelivery, DeliveryAttempt> Ended,
    Action<IReadOnlyList<ClaimedDelivery>> Returned,
    CancellationToken Stopping);

/// <summary>A subscription as a lane sees it.</summary>
internal sealed record LaneTarget(Uri Url, SecretRing Ring)
{
    private readonly IReadOnlyList<WebhookSecret>? _only = Ring.Entries.Count == 1 ? Ring.ValidAt(DateTimeOffset.MinValue) : null;

    public IReadOnlyList<WebhookSecret> Secrets(DateTimeOffset now) => _only ?? Ring.ValidAt(now);
}
