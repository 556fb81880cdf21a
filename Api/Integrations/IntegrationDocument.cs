using System.Text.Json;
using System.Text.Json.Nodes;
using HealthApi.Core.Integrations;
using HealthApi.Core.Integrations.Generic;
using HealthApi.Infrastructure.Integrations;

namespace HealthApi.Api.Integrations;

/// <summary>The members of an integration that its owner can change.</summary>
internal record IntegrationDocument
{
    /// <summary>At most 200 characters.</summary>
    public string? Name { get; init; }

    public AccountMappingDocument? AccountMapping { get; init; }

    /// <summary>Only for a generic integration; by default a shared token.</summary>
    public GenericAuth? Auth { get; init; }

    /// <summary>Only for a generic integration.</summary>
    public JsonObject? Mapping { get; init; }

    public static IntegrationDocument Of(IntegrationSettings settings) => new()
    {
        Name = settings.Name,
        AccountMapping =
            new AccountMappingDocument { ExternalId = settings.AccountMapping.ExternalId, Pointer = settings.AccountMapping.Pointer },
        Auth = settings.Auth,
        Mapping = settings.Mapping is { } mapping ? JsonObject.Create(mapping) : null,
    };

    public IntegrationSettings ToSettings(Vendor vendor) => new(
        vendor,
        Name,
        new AccountMapping(AccountMapping?.ExternalId ?? vendor.ToString().ToLowerInvariant(), AccountMapping?.Pointer),
        Auth,
        Mapping is null ? null : JsonSerializer.SerializeToElement(Mapping));
}

/// <summary>A new integration.</summary>
internal sealed record NewIntegration : IntegrationDocument
{
    public required Vendor Vendor { get; init; }

    /// <summary>The secret with which the vendor signs. By default the service generates one, unless the vendor makes its own.</summary>
    public string? Secret { get; init; }
}
