using Dapper;
using HealthApi.Core;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Security;

/// <summary>Keys in the store: created once with their text shown once, found by hash, revoked for ever.</summary>
public sealed class ApiKeyStore(IDatabase database, TimeProvider time)
{
    private const string Columns = "id AS Id, name AS Name, prefix AS Prefix, scopes AS Scopes, created_at AS CreatedAt, revoked_at AS RevokedAt";

    private const string InsertKey = """
        INSERT INTO api_keys (id, name, hash, prefix, scopes, created_at)
        VALUES (@Id, @Name, @Hash, @Prefix, @Scopes, @CreatedAt)
        """;

    private const string SelectByHash = "SELECT " + Columns + " FROM api_keys WHERE hash = @Hash AND revoked_at IS NULL";

    private const string SelectHashes = "SELECT hash FROM api_keys WHERE revoked_at IS NULL";

    private const string SelectAll = "SELECT " + Columns + " FROM api_keys ORDER BY created_at, id";

    private const string RevokeKey = "UPDATE api_keys SET revoked_at = @At WHERE id = @Id AND revoked_at IS NULL";

    private const string CountKeys = "SELECT COUNT(*) FROM api_keys";

    /// <summary>Creates a key and returns it with its text, which is not kept.</summary>
    public async Task<(ApiKey Key, string Secret)> CreateAsync(string name, IReadOnlyList<string> scopes, CancellationToken cancellation)
    {
        var secret = ApiKeySecret.Create();
        var key = new ApiKey("key_" + Guid.CreateVersion7().ToString("N"), name, secret[..10], scopes, Instant.Truncate(time.GetUtcNow()), null);
        await database.WriteAsync(transaction => transaction.Connection!.ExecuteAsync(InsertKey, ToRow(key, secret), transaction), cancellation);
        return (key, secret);
    }

    /// <summary>The first key of a new store, with scope <c>admin</c>; null where there is one already.</summary>
    public Task<string?> CreateFirstAsync(CancellationToken cancellation) => database.WriteAsync<string?>(
        async transaction =>
        {
            var connection = transaction.Connection!;
            if (await connection.ExecuteScalarAsync<long>(CountKeys, transaction: transaction) > 0) return null;
            var secret = ApiKeySecret.Create();
            var key = new ApiKey("key_admin", "admin", secret[..10], [ApiScopes.Admin], Instant.Truncate(time.GetUtcNow()), null);
            await connection.ExecuteAsync(InsertKey, ToRow(key, secret), transaction);
            return secret;
        },
        cancellation);

    /// <summary>The key with this text's hash unless it was revoked.</summary>
    public async Task<ApiKey?> FindAsync(byte[] hash, CancellationToken cancellation)
    {
        var row = await database.ReadAsync(connection => connection.QuerySingleOrDefaultAsync<KeyRow>(SelectByHash, new { Hash = hash }), cancellation);
        return row?.ToKey();
    }

    /// <summary>The hashes of all keys that are not revoked.</summary>
    public async Task<IEnumerable<byte[]>> ListHashesAsync(CancellationToken cancellation) =>
        await database.ReadAsync(connection => connection.QueryAsync<byte[]>(SelectHashes), cancellation);

    public async Task<IReadOnlyList<ApiKey>> ListAsync(CancellationToken cancellation)
    {
        var rows = await database.ReadAsync(connection => connection.QueryAsync<KeyRow>(SelectAll), cancellation);
        return [.. rows.Select(row => row.ToKey())];
    }

    /// <summary>False where there is no such key, or it was revoked before.</summary>
    public async Task<bool> RevokeAsync(string id, CancellationToken cancellation)
    {
        var parameters = new { Id = id, At = time.GetUtcNow() };
        return await database.WriteAsync(transaction => transaction.Connection!.ExecuteAsync(RevokeKey, parameters, transaction), cancellation) == 1;
    }

    private static object ToRow(ApiKey key, string secret) => new
    {
        key.Id,
        key.Name,
        Hash = ApiKeySecret.Hash(secret),
        key.Prefix,
        Scopes = string.Join(' ', key.Scopes),
        key.CreatedAt,
    };

    private sealed record KeyRow
    {
        public string Id { get; init; } = "";

        public string Name { get; init; } = "";

        public string Prefix { get; init; } = "";

        public string Scopes { get; init; } = "";

        public DateTimeOffset CreatedAt { get; init; }

        public DateTimeOffset? RevokedAt { get; init; }

        public ApiKey ToKey() => new(
            Id, Name, Prefix, Scopes.Split(' '), CreatedAt, RevokedAt);
    }
}
