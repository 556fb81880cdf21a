using HealthApi.Core.Webhooks;
using HealthApi.Infrastructure.Webhooks;

namespace HealthApi.Api.Webhooks;

/// <summary>A subscription as it is shown; never with its secret.</summary>
internal record WebhookView(
    string Id,
    string Url,
    IReadOnlyList<string> EventTypes,
    string? Description,
    WebhookFilter? Filter,
    int? MaxPerMinute,
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
            subscription.Enabled,
            subscription.DisabledReason,
            subscription.CreatedAt);
    }
}

/// <summary>A new subscription; the one time that its secret is shown.</summary>
internal sealed record CreatedWebhookView : WebhookView
{
    public CreatedWebhookView(WebhookView made, string secret)
        : base(made) => Secret = secret;

    public string Secret { get; }
}
