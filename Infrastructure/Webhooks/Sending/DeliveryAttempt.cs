using HealthApi.Core.Webhooks;

namespace HealthApi.Infrastructure.Webhooks.Sending;

/// <summary>
/// One request of a delivery: when it began, how long it took, and either the receiver's <see cref="Status"/> with the first 1 KiB of its
/// answer, or the <see cref="Fault"/> that prevented an answer.
/// </summary>
internal sealed record DeliveryAttempt(
    DateTimeOffset At, TimeSpan Duration, int? Status, DeliveryFault? Fault, string? Answer, TimeSpan? RetryAfter)
{
    public DeliveryOutcome Outcome => Status is { } status ? DeliveryOutcomes.Of(status) : DeliveryOutcomes.Of(Fault!.Value);
}
