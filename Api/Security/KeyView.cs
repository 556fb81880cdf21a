using HealthApi.Infrastructure.Security;

namespace HealthApi.Api.Security;

/// <summary>A key as answers show it; never with its text.</summary>
internal record KeyView(
    string Id,
    string Name,
    string Prefix,
    IReadOnlyList<string> Scopes,
    ApiKeyStatus Status,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? LastUsedAt,
    DateTimeOffset? RevokedAt)
{
    public static KeyView Of(ApiKey key, DateTimeOffset now) =>
        new(key.Id, key.Name, key.Prefix, key.Scopes, key.StatusAt(now), key.CreatedAt, key.ExpiresAt, key.LastUsedAt, key.RevokedAt);
}

/// <summary>A new key with its text, which is shown only in this answer.</summary>
internal sealed record CreatedKeyView : KeyView
{
    public CreatedKeyView(KeyView made, string secret)
        : base(made) => Secret = secret;

    public string Secret { get; }
}
