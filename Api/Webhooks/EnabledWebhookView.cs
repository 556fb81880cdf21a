using HealthApi.Infrastructure.Webhooks.Outbox;

namespace HealthApi.Api.Webhooks;

/// <summary>An enabled subscription, with the numbers of held deliveries that are sent now and that were skipped as outdated.</summary>
internal sealed record EnabledWebhookView : WebhookView
{
    public EnabledWebhookView(WebhookView enabled, ReleasedDeliveries released)
        : base(enabled) => (Queued, Skipped) = (released.Queued, released.Skipped);

    public int Queued { get; }

    public int Skipped { get; }
}
