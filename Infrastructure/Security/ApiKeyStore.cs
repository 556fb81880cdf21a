using System.Data.Common;
using Dapper;
using HealthApi.Core.Primitives;
using HealthApi.Infrastructure.Auditing;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Security;

/// <summary>
/// Stores API keys. The text of a key is shown once, when it is created; after that the key is found by its hash. Revoking is final.
/// </summary>
public sealed class ApiKeyStore(IDatabase database, TimeProvider time)
{
    private const string Columns = """
        id AS Id, name AS Name, prefix AS Prefix, scopes AS Scopes, created_at AS CreatedAt, revoked_at AS RevokedAt,
        expires_at AS ExpiresAt, last_used_at AS LastUsedAt
        """;

    private const string InsertKey = """
        INSERT INTO api_keys (id, name, hash, prefix, scopes, created_at, expires_at)
        VALUES (@Id, @Name, @Hash, @Prefix, @Scopes, @CreatedAt, @ExpiresAt)
        """;

    private const string SelectByHash = "SELECT " + Columns + " FROM api_keys WHERE hash = @Hash AND revoked_at IS NULL";

    private const string SelectHashes = "SELECT hash FROM api_keys WHERE revoked_at IS NULL";

    private const string SelectById = "SELECT " + Columns + " FROM api_keys WHERE id = @Id";

    private const string SelectAll = "SELECT " + Columns + " FROM api_keys ORDER BY created_at, id";

    private const string RevokeKey = "UPDATE api_keys SET revoked_at = @At WHERE id = @Id AND revoked_at IS NULL";

    /// <summary>The newest use wins, no matter which process writes it.</summary>
    private const string MarkUsed =
        "UPDATE api_keys SET last_used_at = @At WHERE id = @Id AND (last_used_at IS NULL OR last_used_at < @At)";

    private const string CountKeys = "SELECT COUNT(*) FROM api_keys";

    /// <summary>Creates a key and returns it with its text, which is not stored.</summary>
    /// <param name="expiresAt">The instant from which the key is refused; null where it is valid until it is revoked.</param>
    public async Task<(ApiKey Key, string Secret)> CreateAsync(
        string name, IReadOnlyList<string> scopes, DateTimeOffset? expiresAt, CancellationToken cancellation)
    {
        var secret = ApiKeySecret.Create();
        var key = new ApiKey(
            "key_" + Guid.CreateVersion7().ToString("N"), name, secret[..10], scopes, Instant.Truncate(time.GetUtcNow()), null)
        {
            ExpiresAt = expiresAt is { } end ? Instant.Truncate(end) : null,
        };
        await database.WriteAsync(transaction => InsertAsync(transaction, key, secret), cancellation);
        return (key, secret);
    }

    /// <summary>Creates the first key of a new store, with scope <c>admin</c>; null where the store already has a key.</summary>
    public Task<string?> CreateFirstAsync(CancellationToken cancellation) => database.WriteAsync<string?>(
        async transaction =>
        {
            var connection = transaction.Connection!;
            if (await connection.ExecuteScalarAsync<long>(CountKeys, transaction: transaction) > 0) return null;
            var secret = ApiKeySecret.Create();
            var key = new ApiKey("key_admin", "admin", secret[..10], [ApiScopes.Admin], Instant.Truncate(time.GetUtcNow()), null);
            await InsertAsync(transaction, key, secret);
            return secret;
        },
        cancellation);

    /// <summary>Stores when keys were last used.</summary>
    public Task MarkUsedAsync(IReadOnlyCollection<KeyValuePair<string, DateTimeOffset>> uses, CancellationToken cancellation) =>
        database.WriteAsync(
            transaction => transaction.Connection!.ExecuteAsync(
                MarkUsed, uses.OrderBy(use => use.Key, StringComparer.Ordinal)
                    .Select(use => new { Id = use.Key, At = Instant.Truncate(use.Value) }), transaction),
            cancellation);

    /// <summary>Finds the key with this hash unless it was revoked; expired keys are found.</summary>
    public async Task<ApiKey?> FindAsync(byte[] hash, CancellationToken cancellation)
    {
        var row = await database.ReadAsync(
            connection => connection.QuerySingleOrDefaultAsync<KeyRow>(SelectByHash, new { Hash = hash }), cancellation);
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

    /// <summary>
    /// Revokes a key. Returns <see cref="WriteStatus.Updated"/>, or <see cref="WriteStatus.NotFound"/> where there is no such key or it was
    /// revoked before.
    /// </summary>
    public Task<WriteStatus> RevokeAsync(string id, CancellationToken cancellation) => database.WriteAsync(
        async transaction =>
        {
            var (connection, now) = (transaction.Connection!, Instant.Truncate(time.GetUtcNow()));
            if (await connection.ExecuteAsync(RevokeKey, new { Id = id, At = now }, transaction) == 0) return WriteStatus.NotFound;
            var key = (await connection.QuerySingleAsync<KeyRow>(SelectById, new { Id = id }, transaction)).ToKey();
            await AuditTrail.AddAsync(
                transaction, new AuditChange(AuditKinds.Key, AuditActions.Revoked, id) { Before = Audited(key) }, now);
            return WriteStatus.Updated;
        },
        cancellation);

    private static async Task<bool> InsertAsync(DbTransaction transaction, ApiKey key, string secret)
    {
        await transaction.Connection!.ExecuteAsync(InsertKey, ToRow(key, secret), transaction);
        await AuditTrail.AddAsync(
            transaction, new AuditChange(AuditKinds.Key, AuditActions.Created, key.Id) { After = Audited(key) }, key.CreatedAt);
        return true;
    }

    private static object Audited(ApiKey key) => new { key.Name, key.Prefix, key.Scopes, key.ExpiresAt };

    private static object ToRow(ApiKey key, string secret) => new
    {
        key.Id,
        key.Name,
        Hash = ApiKeySecret.Hash(secret),
        key.Prefix,
        Scopes = string.Join(' ', key.Scopes),
        key.CreatedAt,
        key.ExpiresAt,
    };

    private sealed record KeyRow
    {
        public string Id { get; init; } = "";

        public string Name { get; init; } = "";

        public string Prefix { get; init; } = "";

        public string Scopes { get; init; } = "";

        public DateTimeOffset CreatedAt { get; init; }

        public DateTimeOffset? RevokedAt { get; init; }

        public DateTimeOffset? ExpiresAt { get; init; }

        public DateTimeOffset? LastUsedAt { get; init; }

        public ApiKey ToKey() =>
            new(Id, Name, Prefix, Scopes.Split(' '), CreatedAt, RevokedAt) { ExpiresAt = ExpiresAt, LastUsedAt = LastUsedAt };
    }
}
