using HealthApi.Core.Webhooks;
using HealthApi.Infrastructure.Webhooks.Outbox;
using HealthApi.Infrastructure.Webhooks.Subscriptions;

namespace HealthApi.Api.Webhooks;

/// <summary>A subscription as it is shown; never with its secret.</summary>
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

/// <summary>A new subscription; the one time that its secret is shown.</summary>
internal sealed record CreatedWebhookView : WebhookView
{
    public CreatedWebhookView(WebhookView made, string secret)
        : base(made) => Secret = secret;

    public string Secret { get; }
}

/// <summary>The new secret of a subscription, and until when the previous one signs too; null where it cannot be opened.</summary>
internal sealed record RotatedSecretView(string Secret, DateTimeOffset? PreviousExpiresAt);

/// <summary>
/// An enabled subscription, and what became of what was held: how many deliveries are sent now, and how many were skipped as old news.
/// </summary>
internal sealed record EnabledWebhookView : WebhookView
{
    public EnabledWebhookView(WebhookView enabled, ReleasedDeliveries released)
        : base(enabled) => (Queued, Skipped) = (released.Queued, released.Skipped);

    public int Queued { get; }

    public int Skipped { get; }
}
