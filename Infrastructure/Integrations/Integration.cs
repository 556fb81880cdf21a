using System.Text.Json;
using System.Text.Json.Serialization;
using HealthApi.Core.Integrations;
using HealthApi.Core.Integrations.Generic;

namespace HealthApi.Infrastructure.Integrations;

/// <summary>What the owner of an integration sets.</summary>
/// <param name="Mapping">The mapping document of a generic integration, as it was given; null for vendors.</param>
public sealed record IntegrationSettings(
    Vendor Vendor, string? Name, AccountMapping AccountMapping, GenericAuth? Auth, JsonElement? Mapping)
{
    [JsonIgnore]
    public GenericMapping? ParsedMapping =>
        Mapping is { } document ? GenericMappingReader.Read(JsonSerializer.SerializeToUtf8Bytes(document), "/mapping").Required() : null;
}

/// <summary>How a customer of the vendor is found among the accounts.</summary>
/// <param name="ExternalId">The external id of accounts that holds the vendor's name of the customer, <c>stripe</c> say.</param>
/// <param name="Pointer">JSON pointer to that name in a part of the payload; null for the vendor's own place.</param>
public sealed record AccountMapping(string ExternalId, string? Pointer);

/// <summary>A source of inbound webhooks; its id is the source of the events it brings.</summary>
public sealed record Integration(string Id, long Version, IntegrationSettings Settings, DateTimeOffset CreatedAt)
{
    /// <summary>Rises with every change of the settings, and only then.</summary>
    public long SettingsVersion { get; init; } = 1;

    /// <summary>Where the vendor posts to.</summary>
    public string Url => "/in/" + Id;
}

/// <summary>A secret was replaced.</summary>
/// <param name="PreviousExpiresAt">Until when the one before is taken too; null where it could not be opened.</param>
public sealed record RotatedSharedSecret(DateTimeOffset? PreviousExpiresAt);
