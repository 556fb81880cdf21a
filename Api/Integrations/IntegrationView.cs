using System.Text.Json;
using HealthApi.Core.Integrations;
using HealthApi.Core.Integrations.Generic;
using HealthApi.Infrastructure.Integrations;

namespace HealthApi.Api.Integrations;

/// <summary>An integration as answers show it; never with its secret.</summary>
internal record IntegrationView(
    string Id, Vendor Vendor, string? Name, string Url, AccountMapping AccountMapping, GenericAuth? Auth, JsonElement? Mapping,
    RefusedView Refused,
    DateTimeOffset CreatedAt)
{
    public static IntegrationView Of(Integration integration, IEnumerable<RefusalCount> refused)
    {
        var settings = integration.Settings;
        return new IntegrationView(
            integration.Id, settings.Vendor, settings.Name, integration.Url, settings.AccountMapping, settings.Auth, settings.Mapping,
            RefusedView.Of([.. refused]),
            integration.CreatedAt);
    }
}

/// <summary>
/// A new integration. A generated secret is shown only in this answer; the secret is null if the caller gave it, or still has to give the
/// vendor's.
/// </summary>
internal sealed record CreatedIntegrationView : IntegrationView
{
    public CreatedIntegrationView(IntegrationView made, string? secret)
        : base(made) => Secret = secret;

    public string? Secret { get; }
}

/// <summary>
/// The new secret, null if the caller gave it, and the instant until which the previous one is accepted, null if that one cannot be
/// decrypted.
/// </summary>
internal sealed record RotatedIntegrationSecretView(string? Secret, DateTimeOffset? PreviousExpiresAt);
