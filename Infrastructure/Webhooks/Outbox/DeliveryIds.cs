using HealthApi.Core.Primitives;

namespace HealthApi.Infrastructure.Webhooks.Outbox;

/// <summary>Derives the id of a delivery from its message and subscription, so that queueing it twice is harmless.</summary>
internal static class DeliveryIds
{
    public static string Of(string messageId, string subscriptionId) => DerivedId.Of("dlv_", $"{messageId}\n{subscriptionId}");
}
