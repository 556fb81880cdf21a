using System.Data;
using System.Data.Common;
using Dapper;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Database.SqlServer;
using Microsoft.Data.SqlClient.Server;

namespace HealthApi.Infrastructure.Lanes.Embedded;

/// <summary>
/// The lane table in SQL Server, shared by any number of processes. Taking batches leases them by compare-and-set, only from lanes that no
/// other process holds; the lease of a dead worker ends by itself. Two workers on one lane would be harmless, only slower.
/// </summary>
internal sealed class SqlServerLaneTable(IDatabase database, TimeProvider time) : ILaneTable
{
    private const string RowsType = "lane_batch_rows_keyed";

    private const string Append = """
        INSERT INTO lane_batches (lane, events, appended_at, payload)
        SELECT r.lane, r.events, @Now, r.payload FROM @Rows AS r ORDER BY r.position
        """;

    private const string Take = """
        DECLARE @free TABLE (id bigint NOT NULL PRIMARY KEY, lane bigint NOT NULL, events bigint NOT NULL);
        INSERT INTO @free (id, lane, events)
        SELECT TOP (@MaxBatches) b.id, b.lane, b.events FROM lane_batches AS b
        WHERE (b.leased_until IS NULL OR b.leased_until <= @Now OR b.lease_owner = @Owner)
            AND NOT EXISTS (SELECT 1 FROM lane_batches AS o WHERE o.lane = b.lane AND o.leased_until > @Now AND o.lease_owner <> @Owner)
        ORDER BY b.id;

        DECLARE @lane bigint;
        IF (SELECT SUM(events) FROM @free) > @MaxEvents SET @lane = (SELECT TOP (1) lane FROM @free ORDER BY id);

        UPDATE lane_batches WITH (ROWLOCK, UPDLOCK, READPAST)
        SET lease_owner = @Owner, leased_until = @LeaseUntil
        OUTPUT inserted.id AS Id, inserted.lane AS Lane, inserted.events AS Events, inserted.appended_at AS AppendedAt,
            inserted.payload AS Payload
        WHERE (leased_until IS NULL OR leased_until <= @Now OR lease_owner = @Owner)
            AND id IN (
                SELECT p.id FROM (
                    SELECT f.id, SUM(f.events) OVER (ORDER BY f.id) AS events_so_far, MIN(f.id) OVER () AS first_id
                    FROM @free AS f WHERE @lane IS NULL OR f.lane = @lane) AS p
                WHERE p.events_so_far <= @MaxEvents OR p.id = p.first_id);
        """;

    private const string Remove = "DELETE FROM lane_batches WHERE id IN (SELECT j.v FROM OPENJSON(@Ids) WITH (v bigint '$') AS j)";

    private const string Renew = """
        UPDATE lane_batches SET leased_until = @LeaseUntil WHERE id IN (SELECT j.v FROM OPENJSON(@Ids) WITH (v bigint '$') AS j)
            AND lease_owner = @Owner
        """;

    private const string Release = "UPDATE lane_batches SET lease_owner = NULL, leased_until = NULL WHERE lease_owner = @Owner";

    private const string Last = "SELECT COALESCE(MAX(id), 0) FROM lane_batches";

    /// <summary>The name of the table in marks. It never changes, because row ids rise as long as the database exists.</summary>
    private const string Table = "store";

    private const string Backlog = "SELECT COALESCE(SUM(events), 0) AS Events, MIN(appended_at) AS Oldest FROM lane_batches";

    /// <summary>The largest number of batches that one take examines.</summary>
    private const int MaxBatches = 1_000;

    /// <summary>
    /// How long the lanes of a killed process stay blocked; a running process renews its leases (<see cref="HeldBatches"/>).
    /// </summary>
    internal static readonly TimeSpan Lease = TimeSpan.FromSeconds(14);

    private static readonly SqlMetaData[] Columns =
        [new("position", SqlDbType.BigInt), new("lane", SqlDbType.BigInt), new("events", SqlDbType.BigInt), TableRows.Bytes("payload")];

    /// <summary>Identifies this process as the owner of its leases.</summary>
    private readonly string _owner = Guid.NewGuid().ToString("N");

    public Task AppendAsync(IReadOnlyList<LaneBatch> batches, CancellationToken cancellation) => batches.Count == 0
        ? Task.CompletedTask
        : database.WriteAsync(transaction => AppendAsync(transaction, batches, time.GetUtcNow()), cancellation);

    public async Task<IReadOnlyList<StoredLaneBatch>> TakeAsync(int maxEvents, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var parameters = new { Now = now, LeaseUntil = now + Lease, Owner = _owner, MaxEvents = maxEvents, MaxBatches };
        var rows = await database.WriteAsync(
            transaction => transaction.Connection!.QueryAsync<BatchRow>(Take, parameters, transaction), cancellation);
        return [.. rows.OrderBy(row => row.Id).Select(row => row.ToStored())];
    }

    public Task RemoveAsync(IReadOnlyList<StoredLaneBatch> batches, CancellationToken cancellation) => batches.Count == 0
        ? Task.CompletedTask
        : database.WriteAsync(transaction => RemoveAsync(transaction, batches), cancellation);

    public Task RenewAsync(IReadOnlyList<StoredLaneBatch> batches, CancellationToken cancellation)
    {
        var leaseUntil = time.GetUtcNow() + Lease;
        return database.WriteAsync(
            transaction => transaction.Connection!.ExecuteAsync(
                Renew, new { Ids = Ids(transaction, batches), LeaseUntil = leaseUntil, Owner = _owner }, transaction), cancellation);
    }

    public Task ReleaseAsync(CancellationToken cancellation) =>
        database.WriteAsync(
            transaction => transaction.Connection!.ExecuteAsync(Release, new { Owner = _owner }, transaction), cancellation);

    public async Task<LaneRow> LastAsync(CancellationToken cancellation) =>
        new(Table, await database.ReadAsync(connection => connection.ExecuteScalarAsync<long>(Last), cancellation));

    public async Task<LaneBacklog> BacklogAsync(CancellationToken cancellation)
    {
        var row = await database.ReadAsync(connection => connection.QuerySingleAsync<BacklogRow>(Backlog), cancellation);
        return new LaneBacklog(row.Events, row.Oldest);
    }

    private static Task<int> AppendAsync(DbTransaction transaction, IReadOnlyList<LaneBatch> batches, DateTimeOffset now) =>
        transaction.Connection!.ExecuteAsync(
            Append, new { Rows = TableRows.Of(RowsType, batches.Select(ToRecord)), Now = now }, transaction);

    private static Task<int> RemoveAsync(DbTransaction transaction, IReadOnlyList<StoredLaneBatch> batches) =>
        transaction.Connection!.ExecuteAsync(Remove, new { Ids = Ids(transaction, batches) }, transaction);

    private static string Ids(DbTransaction transaction, IReadOnlyList<StoredLaneBatch> batches) =>
        JsonRows.Of(transaction.Connection!, batches.Select(batch => batch.Id));

    private static SqlDataRecord ToRecord(LaneBatch batch, int position)
    {
        var record = new SqlDataRecord(Columns);
        record.SetInt64(0, position);
        record.SetInt64(1, batch.Lane);
        record.SetInt64(2, batch.Count);
        var payload = batch.Payload.ToArray();
        record.SetBytes(3, 0, payload, 0, payload.Length);
        return record;
    }

    private sealed record BatchRow
    {
        public long Id { get; init; }

        public long Lane { get; init; }

        public long Events { get; init; }

        public DateTimeOffset AppendedAt { get; init; }

        public byte[] Payload { get; init; } = [];

        public StoredLaneBatch ToStored() => new(Id, new LaneBatch((int)Lane, (int)Events, Payload), AppendedAt, Table);
    }

    private sealed record BacklogRow
    {
        public long Events { get; init; }

        public DateTimeOffset? Oldest { get; init; }
    }
}
