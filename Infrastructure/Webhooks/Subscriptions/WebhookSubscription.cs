using HealthApi.Core.Webhooks;

namespace HealthApi.Infrastructure.Webhooks.Subscriptions;

/// <summary>
/// The settings that the owner of a subscription makes. <see cref="MaxPerMinute"/> limits the attempts in any 60 seconds.
/// </summary>
public sealed record WebhookSettings(
    string Url, IReadOnlyList<string> EventTypes, string? Description, WebhookFilter? Filter, int? MaxPerMinute)
{
    /// <summary>
    /// The next message of an account waits until the previous one is delivered or has failed; other accounts do not wait.
    /// </summary>
    public bool StrictOrder { get; init; }
}

/// <summary>A receiver of webhooks. <see cref="Version"/> rises with every change.</summary>
public sealed record WebhookSubscription(
    string Id, long Version, WebhookSettings Settings, bool Enabled, string? DisabledReason, DateTimeOffset CreatedAt);

/// <summary>Why a subscription is disabled.</summary>
public static class DisabledReasons
{
    /// <summary>Its owner disabled it.</summary>
    public const string Manual = "manual";

    /// <summary>The receiver answered 410.</summary>
    public const string Gone = "gone";

    /// <summary>The receiver failed for five days.</summary>
    public const string Failing = "failing";
}

/// <summary>A new secret, and until when the previous one signs beside it.</summary>
public sealed record RotatedSecret(WebhookSecret Secret, DateTimeOffset? PreviousExpiresAt);
