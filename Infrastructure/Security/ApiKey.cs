namespace HealthApi.Infrastructure.Security;

/// <summary>An API key as stored, without its text.</summary>
public sealed record ApiKey(
    string Id, string Name, string Prefix, IReadOnlyList<string> Scopes, DateTimeOffset CreatedAt, DateTimeOffset? RevokedAt)
{
    /// <summary>A key is <see cref="ApiKeyStatus.Expiring"/> during this time before its end: long enough to replace it.</summary>
    public static readonly TimeSpan ExpiresSoon = TimeSpan.FromDays(14);

    /// <summary>The instant from which the key is refused; null where it is valid until it is revoked.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When a request last carried the key, to within about a minute; null where none has.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }

    public bool IsExpired(DateTimeOffset now) => ExpiresAt <= now;

    public ApiKeyStatus StatusAt(DateTimeOffset now) => RevokedAt is not null ? ApiKeyStatus.Revoked
        : IsExpired(now) ? ApiKeyStatus.Expired
        : ExpiresAt <= now + ExpiresSoon ? ApiKeyStatus.Expiring
        : ApiKeyStatus.Active;

    /// <summary>Whether the key carries the scope; <c>admin</c> carries all.</summary>
    public bool Allows(string scope) => Scopes.Contains(scope) || Scopes.Contains(ApiScopes.Admin);
}

/// <summary>The state of a key. A key that is <see cref="Expiring"/> is still valid, for at most 14 days.</summary>
public enum ApiKeyStatus { Active, Expiring, Expired, Revoked }

/// <summary>The scopes a key can carry.</summary>
public static class ApiScopes
{
    public const string Ingest = "ingest";
    public const string Score = "score";
    public const string Read = "read";
    public const string Write = "write";
    public const string Webhooks = "webhooks";
    public const string Admin = "admin";

    public static IReadOnlyList<string> All { get; } = [Ingest, Score, Read, Write, Webhooks, Admin];
}
