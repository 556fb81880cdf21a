using HealthApi.Core.Webhooks;
using HealthApi.Infrastructure.Webhooks.Outbox;
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

/// <summary>A new subscription with its secret, which is shown only in this answer.</summary>
internal sealed record CreatedWebhookView : WebhookView
{
    public CreatedWebhookView(WebhookView made, string secret)
        : base(made) => Secret = secret;

    public string Secret { get; }
}

/// <summary>
/// The new secret of a subscription, and the instant until which messages are also signed with the previous one, null if that one cannot be
/// decrypted.
/// </summary>
internal sealed record RotatedSecretView(string Secret, DateTimeOffset? PreviousExpiresAt);

/// <summary>An enabled subscription, with the numbers of held deliveries that are sent now and that were skipped as outdated.</summary>
internal sealed record EnabledWebhookView : WebhookView
{
    public EnabledWebhookView(WebhookView enabled, ReleasedDeliveries released)
        : base(enabled) => (Queued, Skipped) = (released.Queued, released.Skipped);

    public int Queued { get; }

    public int Skipped { get; }
}
