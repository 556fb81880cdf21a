using System.Text.Json;
using System.Text.Json.Serialization;
using HealthApi.Core.Accounts;

namespace HealthApi.Infrastructure.Accounts;

/// <summary>An account as stored: the profile, its version (the ETag), and when it was created and last changed.</summary>
public sealed record StoredAccount(
    Account Account, string Segment, string Phase, long Version, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);

/// <summary>Converts profiles to and from their stored JSON.</summary>
internal static class AccountColumns
{
    public static string ToProfile(Account account) => JsonSerializer.Serialize(account, ProfileJson.Default.Account);

    /// <exception cref="JsonException">The profile is not valid.</exception>
    public static Account FromProfile(string profile) =>
        JsonSerializer.Deserialize(profile, ProfileJson.Default.Account) ?? throw new JsonException("No profile.");

    /// <inheritdoc cref="FromProfile(string)"/>
    public static Account FromProfile(ReadOnlySpan<byte> profile) =>
        JsonSerializer.Deserialize(profile, ProfileJson.Default.Account) ?? throw new JsonException("No profile.");

    /// <summary>
    /// The profile; where it is not valid, a profile with only the id, so that one damaged row does not make a whole page fail.
    /// </summary>
    public static Account FromProfileOrBare(string profile, string id)
    {
        try
        {
            return FromProfile(profile);
        }
        catch (JsonException)
        {
            return new Account { Id = id, Name = id };
        }
    }
}

[JsonSerializable(typeof(Account))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class ProfileJson : JsonSerializerContext;
