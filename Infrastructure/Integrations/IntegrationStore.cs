using System.Data.Common;
using Dapper;
using HealthApi.Core.Events;
using HealthApi.Core.Integrations;
using HealthApi.Core.Primitives;
using HealthApi.Infrastructure.Auditing;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Secrets;

namespace HealthApi.Infrastructure.Integrations;

/// <summary>Stores integrations. Their secrets are encrypted, and are read only to check a request.</summary>
public sealed class IntegrationStore(IDatabase database, PayloadStore payloads, SecretVault vault, TimeProvider time)
{
    private const string Insert = """
        INSERT INTO integrations (id, vendor, system, settings, secrets, version, created_at, updated_at)
        VALUES (@Id, @Vendor, @System, @Settings, @Secrets, 1, @Now, @Now)
        """;

    private const string SelectOne = "SELECT " + IntegrationRow.Columns + " FROM integrations AS i WHERE i.id = @Id";

    private const string SelectByKey = "SELECT " + IntegrationRow.Columns + """
         FROM integrations AS i JOIN integration_write_keys AS k ON k.integration_id = i.id
        WHERE k.hash = @Hash AND (k.expires_at IS NULL OR k.expires_at > @Now) ORDER BY i.id
        """;

    private const string CountKey = """
        SELECT COUNT(*) FROM integration_write_keys WHERE hash = @Hash AND integration_id = @Id AND (expires_at IS NULL
            OR expires_at > @Now)
        """;

    private const string UpdateSettings = """
        UPDATE integrations SET system = @System, settings = @Settings, version = version + 1, settings_version = settings_version + 1,
            updated_at = @Now WHERE id = @Id AND version = @Version
        """;

    private static readonly SqlText UpdateParked = new(
        """
        UPDATE integration_payloads SET system = @System
        WHERE id IN (SELECT p.id FROM integration_payloads AS p WHERE p.integration_id = @Id AND p.system <> @System LIMIT @Limit)
        """,
        """
        UPDATE integration_payloads SET system = @System
        WHERE id IN (SELECT TOP (@Limit) p.id FROM integration_payloads AS p WHERE p.integration_id = @Id AND p.system <> @System)
        """);

    private const string UpdateSecrets =
        "UPDATE integrations SET secrets = @Secrets, version = version + 1, updated_at = @Now WHERE id = @Id AND version = @Version";

    private const string DeleteKeys = "DELETE FROM integration_write_keys WHERE integration_id = @Id";

    private const string InsertKey =
        "INSERT INTO integration_write_keys (hash, integration_id, expires_at) VALUES (@Hash, @Id, @ExpiresAt)";

    private const string SelectOtherOwner = """
        SELECT COUNT(*) FROM integration_write_keys
        WHERE hash = @Hash AND integration_id <> @Id AND (expires_at IS NULL OR expires_at > @Now)
        """;

    private const string DeleteOne = "DELETE FROM integrations WHERE id = @Id";

    /// <summary>
    /// Makes transactions with the same write key run one after the other. SQLite needs no lock, since it has one writer.
    /// </summary>
    private static readonly SqlText LockKey = new(
        "SELECT 0",
        "DECLARE @got int; EXEC @got = sp_getapplock @Resource = @Hash, @LockMode = 'Exclusive', @LockOwner = 'Transaction', @LockTimeout "
            + "= 10000; SELECT @got;");

    private static readonly SqlText SelectPage = new(
        "SELECT " + IntegrationRow.Columns + " FROM integrations AS i WHERE i.id > @After ORDER BY i.id LIMIT @Limit",
        "SELECT TOP (@Limit) " + IntegrationRow.Columns + " FROM integrations AS i WHERE i.id > @After ORDER BY i.id");

    /// <summary>Creates an integration.</summary>
    /// <exception cref="WriteKeyTakenException">Another tracking integration has the secret.</exception>
    public async Task<Integration> CreateAsync(IntegrationSettings settings, string? secret, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var now = Instant.Truncate(time.GetUtcNow());
        var integration = new Integration(EventSources.IntegrationPrefix + Guid.CreateVersion7(now).ToString("N"), 1, settings, now);
        var secrets = SharedSecrets.Of(secret);
        var row = ToParameters(integration, secrets.Seal(vault, integration.Id), now);
        await database.WriteAsync(
            async transaction =>
            {
                await transaction.Connection!.ExecuteAsync(Insert, row, transaction);
                await SaveKeysAsync(transaction, integration, secrets, now);
                await AuditAsync(transaction, AuditActions.Created, integration.Id, null, settings, now);
                return true;
            },
            cancellation);
        return integration;
    }

    /// <summary>The integration; null where there is no such integration.</summary>
    public async Task<Integration?> FindAsync(string id, CancellationToken cancellation) =>
        (await SelectAsync(id, cancellation))?.ToIntegration();

    /// <summary>
    /// The integration with its currently valid secrets; null where there is no such integration. The secrets are null where no encryption
    /// key can open them.
    /// </summary>
    public async Task<(Integration Integration, IReadOnlyList<string>? Secrets)?> FindSealedAsync(
        string id, CancellationToken cancellation) =>
        await SelectAsync(id, cancellation) is { } row ? (row.ToIntegration(), Open(row)) : null;

    /// <summary>The tracking integration with the write key, the oldest where several have it; null where none has it.</summary>
    public async Task<(Integration Integration, IReadOnlyList<string>? Secrets)?> FindByWriteKeyAsync(
        string writeKey, CancellationToken cancellation)
    {
        var parameters = new { Hash = SharedSecrets.Hash(writeKey), Now = time.GetUtcNow() };
        var rows = await database.ReadAsync(connection => connection.QueryAsync<IntegrationRow>(SelectByKey, parameters), cancellation);
        return rows.FirstOrDefault() is { } row ? (row.ToIntegration(), Open(row) ?? [writeKey]) : null;
    }

    /// <summary>Whether the write key is currently valid for the integration. Compares hashes, so no encryption key is needed.</summary>
    public async Task<bool> IsWriteKeyAsync(string id, string writeKey, CancellationToken cancellation)
    {
        var parameters = new { Id = id, Hash = SharedSecrets.Hash(writeKey), Now = time.GetUtcNow() };
        return await database.ReadAsync(connection => connection.ExecuteScalarAsync<long>(CountKey, parameters), cancellation) > 0;
    }

    /// <summary>Up to <paramref name="limit"/> integrations after the given id, in the order of their creation.</summary>
    public async Task<IReadOnlyList<Integration>> ListAsync(string? after, int limit, CancellationToken cancellation)
    {
        var parameters = new { After = after ?? "", Limit = limit };
        var rows = await database.ReadAsync(
            connection => connection.QueryAsync<IntegrationRow>(SelectPage.For(connection), parameters), cancellation);
        return [.. rows.Select(row => row.ToIntegration())];
    }

    /// <summary>
    /// Changes the settings. Returns <see cref="WriteStatus.Updated"/>, or <see cref="WriteStatus.Conflict"/> where the integration has
    /// changed since it was read. From then on the customers of parked payloads are looked up by the new external id; the payload rows
    /// themselves are updated afterwards, in chunks. <c>PayloadReleaser</c> retries unmapped payloads.
    /// </summary>
    public async Task<WriteStatus> UpdateAsync(Integration known, IntegrationSettings settings, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(known);
        if (!await database.WriteAsync(transaction => UpdateAsync(transaction, known, settings), cancellation))
            return WriteStatus.Conflict;
        var parked = new { known.Id, System = settings.AccountMapping.ExternalId, Limit = PayloadStore.ChunkSize };
        await Chunks.WriteAsync(
            database, PayloadStore.ChunkSize,
                transaction => transaction.Connection!.ExecuteAsync(UpdateParked.For(transaction.Connection!), parked, transaction),
                cancellation);
        return WriteStatus.Updated;
    }

    /// <summary>
    /// Adds a new secret. The previous one is accepted for 24 more hours, unless it cannot be decrypted. Null where there is no such
    /// integration.
    /// </summary>
    /// <exception cref="WriteKeyTakenException">Another tracking integration has the secret.</exception>
    public Task<RotatedSharedSecret?> RotateAsync(string id, string secret, CancellationToken cancellation) =>
        database.WriteAsync<RotatedSharedSecret?>(
            async transaction =>
            {
                var connection = transaction.Connection!;
                if (await connection.QuerySingleOrDefaultAsync<IntegrationRow>(SelectOne, new { Id = id }, transaction) is not { } row)
                    return null;
                var now = Instant.Truncate(time.GetUtcNow());
                var known = SharedSecrets.TryOpen(vault, id, row.Secrets);
                var secrets = known?.Rotate(secret, now) ?? SharedSecrets.Of(secret);
                var updated = await connection.ExecuteAsync(
                    UpdateSecrets, new { Id = id, row.Version, Secrets = secrets.Seal(vault, id), Now = now }, transaction);
                if (updated == 0) throw new System.Data.DBConcurrencyException("The integration has changed since it was read.");
                await SaveKeysAsync(transaction, row.ToIntegration(), secrets, now);
                await AuditAsync(transaction, AuditActions.SecretRotated, id, null, null, now);
                return new RotatedSharedSecret(known is null ? null : now + SharedSecrets.Overlap);
            },
            cancellation);

    /// <summary>
    /// Deletes an integration with its stored payloads; its events stay. Returns <see cref="WriteStatus.Deleted"/> or <see
    /// cref="WriteStatus.NotFound"/>.
    /// </summary>
    public async Task<WriteStatus> DeleteAsync(string id, CancellationToken cancellation)
    {
        await payloads.DeleteOfAsync(id, cancellation);
        var removed = await database.WriteAsync(transaction => RemoveAsync(transaction, id), cancellation);
        return removed == 1 ? WriteStatus.Deleted : WriteStatus.NotFound;
    }

    private async Task<bool> UpdateAsync(DbTransaction transaction, Integration known, IntegrationSettings settings)
    {
        var now = Instant.Truncate(time.GetUtcNow());
        var parameters = ToParameters(known with { Settings = settings }, "", now);
        if (await transaction.Connection!.ExecuteAsync(UpdateSettings, parameters, transaction) == 0) return false;
        await AuditAsync(transaction, AuditActions.Changed, known.Id, known.Settings, settings, now);
        return true;
    }

    private async Task<int> RemoveAsync(DbTransaction transaction, string id)
    {
        var connection = transaction.Connection!;
        if (await connection.QuerySingleOrDefaultAsync<IntegrationRow>(SelectOne, new { Id = id }, transaction) is not { } row) return 0;
        await AuditAsync(transaction, AuditActions.Deleted, id, row.ToIntegration().Settings, null, time.GetUtcNow());
        return await connection.ExecuteAsync(DeleteOne, new { Id = id }, transaction);
    }

    /// <summary>Records the settings; they hold no secret, because secrets are in a column of their own.</summary>
    private static Task AuditAsync(
        DbTransaction transaction, string action, string id, IntegrationSettings? before, IntegrationSettings? after, DateTimeOffset at) =>
        AuditTrail.AddAsync(transaction, new AuditChange(AuditKinds.Integration, action, id) { Before = before, After = after }, at);

    private static async Task SaveKeysAsync(DbTransaction transaction, Integration integration, SharedSecrets secrets, DateTimeOffset now)
    {
        if (integration.Settings.Vendor != Vendor.Segment || secrets.Entries.Count == 0) return;
        await CheckOwnerAsync(transaction, new { Hash = SharedSecrets.Hash(secrets.Entries[0].Secret), integration.Id, Now = now });
        await transaction.Connection!.ExecuteAsync(DeleteKeys, new { integration.Id }, transaction);
        foreach (var entry in secrets.Entries)
        {
            await transaction.Connection!.ExecuteAsync(
                InsertKey, new { Hash = SharedSecrets.Hash(entry.Secret), integration.Id, entry.ExpiresAt }, transaction);
        }
    }

    /// <summary>
    /// A request that carries only a write key must lead to one integration, so a write key may belong to one only. Only the newest secret
    /// is checked here; the older ones were checked when they were set.
    /// </summary>
    private static async Task CheckOwnerAsync(DbTransaction transaction, object key)
    {
        var connection = transaction.Connection!;
        if (await connection.ExecuteScalarAsync<int>(LockKey.For(connection), key, transaction) < 0)
            throw new System.Data.DBConcurrencyException("Another transaction holds the lock of the write key.");
        if (await connection.ExecuteScalarAsync<long>(SelectOtherOwner, key, transaction) > 0) throw new WriteKeyTakenException();
    }

    private static object ToParameters(Integration integration, string secrets, DateTimeOffset now) => new
    {
        integration.Id,
        integration.Version,
        Vendor = integration.Settings.Vendor.ToString().ToLowerInvariant(),
        System = integration.Settings.AccountMapping.ExternalId,
        Settings = IntegrationRow.Write(integration.Settings),
        Secrets = secrets,
        Now = now,
    };

    private Task<IntegrationRow?> SelectAsync(string id, CancellationToken cancellation) =>
        database.ReadAsync(connection => connection.QuerySingleOrDefaultAsync<IntegrationRow>(SelectOne, new { Id = id }), cancellation);

    private IReadOnlyList<string>? Open(IntegrationRow row) => SharedSecrets.TryOpen(vault, row.Id, row.Secrets)?.ValidAt(time.GetUtcNow());
}

/// <summary>Another tracking integration has the write key. Nothing was changed.</summary>
public sealed class WriteKeyTakenException() : Exception("Another integration has this write key.");
