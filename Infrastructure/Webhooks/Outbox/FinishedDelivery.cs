using HealthApi.Infrastructure.Webhooks.Sending;

namespace HealthApi.Infrastructure.Webhooks.Outbox;

/// <summary>An attempt that has ended and whose result must be written.</summary>
internal sealed record FinishedDelivery(string SubscriptionId, ClaimedDelivery Delivery, DeliveryAttempt Attempt, DeliveryStep Step)
{
    /// <summary>When the delivery was completed; null while it is pending or held.</summary>
    public DateTimeOffset? CompletedAt =>
        Step.Status is DeliveryStatus.Delivered or DeliveryStatus.Failed ? Attempt.At + Attempt.Duration : null;

    /// <summary>Milliseconds, rounded to the microsecond.</summary>
    public double DurationMs => Math.Round(Attempt.Duration.TotalMilliseconds, 3);
}
