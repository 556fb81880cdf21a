
namespace HealthApi.Api.Webhooks;

/// <summary>The delivery that was queued.</summary>
internal sealed record QueuedDelivery(string DeliveryId);

/// <summary>How many deliveries were queued.</summary>
internal sealed record QueuedDeliveries(int Queued);
