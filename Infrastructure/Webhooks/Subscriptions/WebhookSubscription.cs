using HealthApi.Core.Webhooks;

namespace HealthApi.Infrastructure.Webhooks.Subscriptions;

/// <summary>What the owner of a subscription says about it. <see cref="MaxPerMinute"/> bounds the attempts in any 60 seconds.</summary>
public sealed record WebhookSettings(
    string Url, IReadOnlyList<string> EventTypes, string? Description, WebhookFilter? Filter, int? MaxPerMinute)
{
    /// <summary>
    /// The next message of an account waits until the one before it has got through or is given up; other accounts go on.
    /// </summary>
    public bool StrictOrder { get; init; }
}

/// <summary>A receiver of webhooks. <see cref="Version"/> rises with every change.</summary>
public sealed record WebhookSubscription(
    string Id, long Version, WebhookSettings Settings, bool Enabled, string? DisabledReason, DateTimeOffset CreatedAt);

/// <summary>Why a subscription is disabled.</summary>
public static class DisabledReasons
{
    /// <summary>Its owner wants it so.</summary>
    public const string Manual = "manual";

    /// <summary>The endpoint answered 410.</summary>
    public const string Gone = "gone";

    /// <summary>The endpoint failed for five days.</summary>
    public const string Failing = "failing";
}

/// <summary>A new secret, and how long the one it replaces signs beside it.</summary>
public sealed record RotatedSecret(WebhookSecret Secret, DateTimeOffset? PreviousExpiresAt);
