using System.Data;
using System.Data.Common;
using System.Text.Json;
using System.Text.Json.Serialization;
using Dapper;
using HealthApi.Core.Thresholds;
using HealthApi.Infrastructure.Auditing;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Policies;

/// <summary>A configured threshold and its version (the ETag).</summary>
public sealed record StoredThreshold(Threshold Threshold, long Version);

/// <summary>The thresholds configured through the API.</summary>
public sealed class ThresholdStore(IDatabase database, TimeProvider time)
{
    private const string SelectAll = "SELECT document AS Document, version AS Version FROM thresholds ORDER BY id";

    private const string SelectOne = "SELECT document AS Document, version AS Version FROM thresholds WHERE id = @Id";

    private const string Update =
        "UPDATE thresholds SET document = @Document, version = version + 1, updated_at = @At WHERE id = @Id AND version = @Version";

    private const string Insert = "INSERT INTO thresholds (id, document, version, updated_at) VALUES (@Id, @Document, 1, @At)";

    private const string Remove = "DELETE FROM thresholds WHERE id = @Id AND version = @Version";

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    public async Task<IReadOnlyList<StoredThreshold>> ListAsync(CancellationToken cancellation)
    {
        var rows = await database.ReadAsync(connection => connection.QueryAsync<ThresholdRow>(SelectAll), cancellation);
        return [.. rows.Select(row => new StoredThreshold(row.ToThreshold(), row.Version))];
    }

    /// <summary>
    /// Creates or replaces a threshold; the first version is 1. Returns <see cref="WriteStatus.Created"/>, <see
    /// cref="WriteStatus.Updated"/> or <see cref="WriteStatus.PreconditionFailed"/>.
    /// </summary>
    /// <param name="impliedVersion">The version that the precondition meets while no threshold is stored under the id: 0 for an implied
    /// threshold, null where there is none.</param>
    public Task<Write<StoredThreshold>> PutAsync(
        Threshold threshold, long? impliedVersion, Precondition precondition, CancellationToken cancellation) =>
        database.WriteAsync(
            async transaction =>
            {
                var connection = transaction.Connection!;
                var known = await connection.QuerySingleOrDefaultAsync<ThresholdRow>(SelectOne, new { threshold.Id }, transaction);
                var version = known?.Version;
                if (!precondition.Allows(version ?? impliedVersion)) return new Write<StoredThreshold>(WriteStatus.PreconditionFailed);
                var row =
                    new { threshold.Id, Document = JsonSerializer.Serialize(threshold, Options), At = time.GetUtcNow(), Version = version };
                if (await connection.ExecuteAsync(version is null ? Insert : Update, row, transaction) != 1) throw Overtaken(threshold.Id);
                await AuditAsync(transaction, threshold.Id, known, threshold);
                return new Write<StoredThreshold>(
                    version is null ? WriteStatus.Created : WriteStatus.Updated, new StoredThreshold(threshold, (version ?? 0) + 1));
            },
            cancellation);

    /// <summary>
    /// Removes a threshold. Returns <see cref="WriteStatus.Deleted"/>, <see cref="WriteStatus.NotFound"/> or <see
    /// cref="WriteStatus.PreconditionFailed"/>.
    /// </summary>
    public Task<WriteStatus> DeleteAsync(string id, long? impliedVersion, Precondition precondition, CancellationToken cancellation) =>
        database.WriteAsync(
            async transaction =>
            {
                var connection = transaction.Connection!;
                var known = await connection.QuerySingleOrDefaultAsync<ThresholdRow>(SelectOne, new { Id = id }, transaction);
                var version = known?.Version;
                if (!precondition.Allows(version ?? impliedVersion)) return WriteStatus.PreconditionFailed;
                if (version is null) return WriteStatus.NotFound;
                if (await connection.ExecuteAsync(Remove, new { Id = id, Version = version }, transaction) != 1) throw Overtaken(id);
                await AuditAsync(transaction, id, known, null);
                return WriteStatus.Deleted;
            },
            cancellation);

    private Task AuditAsync(DbTransaction transaction, string id, ThresholdRow? before, Threshold? after)
    {
        var action = before is null ? AuditActions.Created : after is null ? AuditActions.Deleted : AuditActions.Changed;
        return AuditTrail.AddAsync(
            transaction, new AuditChange(AuditKinds.Threshold, action, id) { Before = before?.ToThreshold(), After = after },
                time.GetUtcNow());
    }

    private static DBConcurrencyException Overtaken(string id) => new($"Threshold {id} was changed meanwhile.");

    private sealed record ThresholdRow
    {
        public string Document { get; init; } = "";

        public long Version { get; init; }

        public Threshold ToThreshold() => JsonSerializer.Deserialize<Threshold>(Document, Options)!;
    }
}
