using System.Text.Json;
using System.Text.Json.Serialization;
using HealthApi.Core.Accounts;

namespace HealthApi.Infrastructure.Accounts;

/// <summary>A row of <c>account_overrides</c>.</summary>
internal sealed record OverrideRow
{
    public string Id { get; init; } = "";

    public string AccountId { get; init; } = "";

    public DateTimeOffset SetAt { get; init; }

    public string SetBy { get; init; } = "";

    public DateTimeOffset ExpiresAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public string? EndedBy { get; init; }

    public string Data { get; init; } = "";

    public static OverrideRow Of(string accountId, AccountOverride stated) => new()
    {
        Id = stated.Id,
        AccountId = accountId,
        SetAt = stated.SetAt,
        SetBy = stated.SetBy,
        ExpiresAt = stated.ExpiresAt,
        Data = JsonSerializer.Serialize(stated, OverrideJson.Default.AccountOverride),
    };

    public AccountOverride ToOverride() =>
        JsonSerializer.Deserialize(Data, OverrideJson.Default.AccountOverride)! with { EndedAt = EndedAt, EndedBy = EndedBy };
}

[JsonSerializable(typeof(AccountOverride))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class OverrideJson : JsonSerializerContext;
