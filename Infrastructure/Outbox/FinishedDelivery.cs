using HealthApi.Infrastructure.Webhooks;

namespace HealthApi.Infrastructure.Outbox;

/// <summary>An attempt that has ended and is to be written down.</summary>
internal sealed record FinishedDelivery(string SubscriptionId, ClaimedDelivery Delivery, DeliveryAttempt Attempt, DeliveryStep Step);
