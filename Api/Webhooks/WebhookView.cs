using HealthApi.Core.Webhooks;
using HealthApi.Infrastructure.Webhooks.Subscriptions;

namespace HealthApi.Api.Webhooks;

/// <summary>A subscription as answers show it; never with its secret.</summary>
internal record WebhookView(
    string Id,
    string Url,
    IReadOnlyList<string> EventTypes,
    string? Description,
    WebhookFilter? Filter,
    int? MaxPerMinute,
    bool StrictOrder,
    bool Enabled,
    string? DisabledReason,
    DateTimeOffset CreatedAt)
{
    public static WebhookView Of(WebhookSubscription subscription)
    {
        var settings = subscription.Settings;
        return new WebhookView(
            subscription.Id,
            settings.Url,
            settings.EventTypes,
            settings.Description,
            settings.Filter,
            settings.MaxPerMinute,
            settings.StrictOrder,
            subscription.Enabled,
            subscription.DisabledReason,
            subscription.CreatedAt);
    }
}
