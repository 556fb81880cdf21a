
namespace HealthApi.Api.Webhooks;

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
