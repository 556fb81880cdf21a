using HealthApi.Core.Webhooks;
using HealthApi.Infrastructure.Webhooks.Subscriptions;

namespace HealthApi.Api.Webhooks;

/// <summary>What a caller says about a subscription.</summary>
internal record WebhookDocument
{
    /// <summary>Where to post: https, a public host.</summary>
    public required string Url { get; init; }

    /// <summary>At least one name of <c>GET /v1/webhooks/event-types</c>.</summary>
    public required IReadOnlyList<string> EventTypes { get; init; }

    /// <summary>At most 500 characters.</summary>
    public string? Description { get; init; }

    public WebhookFilter? Filter { get; init; }

    /// <summary>Attempts in any 60 seconds, 1–60,000; no limit without it.</summary>
    public int? MaxPerMinute { get; init; }

    /// <summary>The next message of an account waits until the one before it has got through or is given up.</summary>
    public bool StrictOrder { get; init; }

    public WebhookSettings ToSettings() =>
        new(Url, [.. EventTypes.Distinct(StringComparer.Ordinal)], Description, Filter, MaxPerMinute) { StrictOrder = StrictOrder };
}

/// <summary>A subscription to be made, with a signing secret of the caller's own if there is one.</summary>
internal sealed record NewWebhook : WebhookDocument
{
    /// <summary><c>whsec_</c> and the base64 of 24–64 bytes.</summary>
    public string? Secret { get; init; }
}

/// <summary>A subscription as a merge patch sees it.</summary>
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

/// <summary>What to send again: what fell due from <see cref="Since"/> on and before <see cref="Until"/>.</summary>
internal sealed record ReplayRequest
{
    public required DateTimeOffset Since { get; init; }

    public DateTimeOffset? Until { get; init; }

    /// <summary><c>delivered</c>, <c>failed</c>, <c>held</c> or <c>skipped</c>; without it all that was not delivered.</summary>
    public string? Status { get; init; }
}

/// <summary>How to enable a subscription.</summary>
internal sealed record EnableRequest
{
    /// <summary>What becomes of the deliveries that were held meanwhile; <c>keep</c> without it.</summary>
    public string? Held { get; init; }
}
