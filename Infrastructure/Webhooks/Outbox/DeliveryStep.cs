using HealthApi.Core.Webhooks;
using HealthApi.Infrastructure.Webhooks.Sending;

namespace HealthApi.Infrastructure.Webhooks.Outbox;

/// <summary>The status of a delivery after an attempt, and when its next attempt is due, if there is one.</summary>
internal readonly record struct DeliveryStep(string Status, DateTimeOffset? NextAttemptAt)
{
    /// <param name="attempt">The attempt that has just ended.</param>
    /// <param name="tries">The number of attempts before this one since the delivery was last queued.</param>
    /// <param name="schedule">The waits between attempts.</param>
    /// <param name="fraction">A random number, 0 to 1, for the jitter.</param>
    public static DeliveryStep After(DeliveryAttempt attempt, int tries, RetrySchedule schedule, double fraction) => attempt.Outcome switch
    {
        DeliveryOutcome.Delivered => new DeliveryStep(DeliveryStatus.Delivered, null),
        DeliveryOutcome.Gone => new DeliveryStep(DeliveryStatus.Held, null),
        DeliveryOutcome.Permanent => new DeliveryStep(DeliveryStatus.Failed, null),
        DeliveryOutcome.Throttled => Again(attempt, schedule.Next(tries + 1, fraction, attempt.RetryAfter)),
        DeliveryOutcome.Retry => Again(attempt, schedule.Next(tries + 1, fraction)),
    };

    private static DeliveryStep Again(DeliveryAttempt attempt, TimeSpan? delay) => delay is { } wait
        ? new DeliveryStep(DeliveryStatus.Pending, attempt.At + attempt.Duration + wait)
        : new DeliveryStep(DeliveryStatus.Failed, null);
}
