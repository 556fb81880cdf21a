namespace HealthApi.Infrastructure.Security;

/// <summary>An API key as the store knows it: never its text, only its hash.</summary>
public sealed record ApiKey(string Id, string Name, string Prefix, IReadOnlyList<string> Scopes, DateTimeOffset CreatedAt, DateTimeOffset? RevokedAt)
{
    /// <summary>Whether the key carries the scope; <c>admin</c> carries all.</summary>
    public bool Allows(string scope) => Scopes.Contains(scope) || Scopes.Contains(ApiScopes.Admin);
}

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
