using HealthApi.Core.Webhooks;
using HealthApi.Infrastructure.Webhooks.Subscriptions;

namespace HealthApi.Api.Webhooks;

/// <summary>A subscription as a caller writes it.</summary>
internal record WebhookDocument
{
    /// <summary>The receiver's URL: https and a public host.</summary>
    public required string Url { get; init; }

    /// <summary>At least one name of <c>GET /v1/webhooks/event-types</c>.</summary>
    public required IReadOnlyList<string> EventTypes { get; init; }

    /// <summary>At most 500 characters.</summary>
    public string? Description { get; init; }

    public WebhookFilter? Filter { get; init; }

    /// <summary>Attempts within any 60 seconds, 1–60,000; null for no limit.</summary>
    public int? MaxPerMinute { get; init; }

    /// <summary>Whether the next message of an account waits until the previous one is delivered or has failed finally.</summary>
    public bool StrictOrder { get; init; }

    public WebhookSettings ToSettings() =>
        new(Url, [.. EventTypes.Distinct(StringComparer.Ordinal)], Description, Filter, MaxPerMinute) { StrictOrder = StrictOrder };
}

/// <summary>A new subscription, optionally with the caller's own signing secret.</summary>
internal sealed record NewWebhook : WebhookDocument
{
    /// <summary><c>whsec_</c> and the base64 of 24–64 bytes.</summary>
    public string? Secret { get; init; }
}

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

/// <summary>The deliveries to send again: those that fell due from <see cref="Since"/> on and before <see cref="Until"/>.</summary>
internal sealed record ReplayRequest
{
    public required DateTimeOffset Since { get; init; }

    public DateTimeOffset? Until { get; init; }

    /// <summary><c>delivered</c>, <c>failed</c>, <c>held</c> or <c>skipped</c>; by default all that were not delivered.</summary>
    public string? Status { get; init; }
}

/// <summary>The request to enable a subscription.</summary>
internal sealed record EnableRequest
{
    /// <summary>What to do with the deliveries that were held meanwhile; by default <c>keep</c>.</summary>
    public string? Held { get; init; }
}
