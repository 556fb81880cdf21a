using System.Text.Json;
using System.Text.Json.Serialization;
using HealthApi.Core.Integrations;
using HealthApi.Core.Integrations.Generic;

namespace HealthApi.Infrastructure.Integrations;

/// <summary>The settings of an integration.</summary>
/// <param name="Mapping">The mapping document of a generic integration, as it was sent; null for the built-in vendors.</param>
public sealed record IntegrationSettings(
    Vendor Vendor, string? Name, AccountMapping AccountMapping, GenericAuth? Auth, JsonElement? Mapping)
{
    [JsonIgnore]
    public GenericMapping? ParsedMapping =>
        Mapping is { } document ? GenericMappingReader.Read(JsonSerializer.SerializeToUtf8Bytes(document), "/mapping").Required() : null;
}

/// <summary>How the account of a vendor's customer is found.</summary>
/// <param name="ExternalId">The name of the external id of accounts that holds the customer's name, for example <c>stripe</c>.</param>
/// <param name="Pointer">JSON pointer to the customer's name in a part of the payload; null for the vendor's standard member.</param>
public sealed record AccountMapping(string ExternalId, string? Pointer);

/// <summary>A source of inbound webhooks. Its id is the <c>source</c> of its events.</summary>
public sealed record Integration(string Id, long Version, IntegrationSettings Settings, DateTimeOffset CreatedAt)
{
    /// <summary>Rises with every change of the settings, and only then.</summary>
    public long SettingsVersion { get; init; } = 1;

    /// <summary>The path to which the vendor posts.</summary>
    public string Url => "/in/" + Id;
}

/// <summary>The result of replacing a secret.</summary>
/// <param name="PreviousExpiresAt">Until when the previous secret is accepted too; null where it could not be decrypted.</param>
public sealed record RotatedSharedSecret(DateTimeOffset? PreviousExpiresAt);
