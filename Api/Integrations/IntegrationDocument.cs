using System.Text.Json;
using System.Text.Json.Nodes;
using HealthApi.Core.Integrations;
using HealthApi.Core.Integrations.Generic;
using HealthApi.Infrastructure.Integrations;

namespace HealthApi.Api.Integrations;

/// <summary>What the owner of an integration can change.</summary>
internal record IntegrationDocument
{
    /// <summary>At most 200 characters.</summary>
    public string? Name { get; init; }

    public AccountMappingDocument? AccountMapping { get; init; }

    /// <summary>Only of a generic integration; a shared token without it.</summary>
    public GenericAuth? Auth { get; init; }

    /// <summary>Only of a generic integration.</summary>
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

    /// <summary>What the vendor signs with; made here without it, where the vendor does not make one itself.</summary>
    public string? Secret { get; init; }
}

/// <summary>How customers are found among the accounts.</summary>
internal sealed record AccountMappingDocument
{
    /// <summary>Which of the accounts' external ids holds the vendor's name for the customer; the vendor's own name without it.</summary>
    public string? ExternalId { get; init; }

    /// <summary>JSON pointer to the customer's name within a part of the payload; the vendor's own place without it.</summary>
    public string? Pointer { get; init; }
}

/// <summary>A secret to go on with; made here without it.</summary>
internal sealed record RotateRequest
{
    public string? Secret { get; init; }
}
