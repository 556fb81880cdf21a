using HealthApi.Infrastructure.Webhooks.Sending;

namespace HealthApi.Infrastructure.Webhooks.Outbox;

/// <summary>An attempt that has ended and is to be written down.</summary>
internal sealed record FinishedDelivery(string SubscriptionId, ClaimedDelivery Delivery, DeliveryAttempt Attempt, DeliveryStep Step)
{
    /// <summary>When the delivery came to its end; null while it goes on or is held.</summary>
    public DateTimeOffset? CompletedAt =>
        Step.Status is DeliveryStatus.Delivered or DeliveryStatus.Failed ? Attempt.At + Attempt.Duration : null;

    /// <summary>Milliseconds to the microsecond.</summary>
    public double DurationMs => Math.Round(Attempt.Duration.TotalMilliseconds, 3);
}
