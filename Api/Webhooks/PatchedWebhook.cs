using HealthApi.Infrastructure.Webhooks.Subscriptions;

namespace HealthApi.Api.Webhooks;

/// <summary>The document of a subscription to which a merge patch is applied.</summary>
internal sealed record PatchedWebhook : WebhookDocument
{
    public required bool Enabled { get; init; }

    public static PatchedWebhook Of(WebhookSubscription subscription) => new()
    {
        Url = subscription.Settings.Url,
        EventTypes = subscription.Settings.EventTypes,
        Description = subscription.Settings.Description,
        Filter = subscription.Settings.Filter,
        MaxPerMinute = subscription.Settings.MaxPerMinute,
        StrictOrder = subscription.Settings.StrictOrder,
        Enabled = subscription.Enabled,
    };
}
