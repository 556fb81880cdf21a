using HealthApi.Core.Thresholds;

namespace HealthApi.Infrastructure.Outbox;

/// <summary>A delivery's id follows from its message and subscription, so queueing it twice is harmless.</summary>
internal static class DeliveryIds
{
    public static string Of(string messageId, string subscriptionId) => DerivedId.Of("dlv_", $"{messageId}\n{subscriptionId}");
}
