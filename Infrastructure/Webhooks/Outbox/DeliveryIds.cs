using HealthApi.Core.Primitives;

namespace HealthApi.Infrastructure.Webhooks.Outbox;

/// <summary>A delivery's id follows from its message and subscription, so queueing it twice is harmless.</summary>
internal static class DeliveryIds
{
    public static string Of(string messageId, string subscriptionId) => DerivedId.Of("dlv_", $"{messageId}\n{subscriptionId}");
}
