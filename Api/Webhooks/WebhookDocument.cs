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
