using Dapper;
using HealthApi.Core;
using HealthApi.Infrastructure.Database;
using Microsoft.Data.Sqlite;

namespace HealthApi.Infrastructure.Lanes.Embedded;

/// <summary>
/// The lane table in a SQLite file of its own beside the database (<c>health.db</c> → <c>health.lanes.db</c>), so that accepting events never
/// waits for a processing transaction. Commits with <c>synchronous=FULL</c>.
/// </summary>
public sealed class SqliteLaneTable : ILaneTable, IDisposable
{
    private const string Schema = """
        CREATE TABLE IF NOT EXISTS lane_batches (
            id          INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
            lane        INTEGER NOT NULL,
            events      INTEGER NOT NULL,
            appended_at INTEGER NOT NULL,
            payload     BLOB    NOT NULL
        )
        """;

    private const string Insert = "INSERT INTO lane_batches (lane, events, appended_at, payload) VALUES ($lane, $events, $at, $payload)";

    private const string Oldest = "SELECT id, lane, events, appended_at, payload FROM lane_batches ORDER BY id LIMIT @Limit";

    private const string Remove = "DELETE FROM lane_batches WHERE id BETWEEN @First AND @Last";

    private const string Backlog = "SELECT COALESCE(SUM(events), 0) AS Events, MIN(appended_at) AS Oldest FROM lane_batches";

    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly TimeProvider _time;
    private readonly string _connectionString;
    private SqliteConnection? _writer;

    public SqliteLaneTable(string databasePath, TimeProvider time)
    {
        _time = time;
        FilePath = Path.ChangeExtension(databasePath, ".lanes.db");
        _connectionString = new SqliteConnectionStringBuilder { DataSource = FilePath, DefaultTimeout = 5 }.ToString();
    }

    public string FilePath { get; }

    public Task AppendAsync(IReadOnlyList<LaneBatch> batches, CancellationToken cancellation) =>
        WriteAsync(transaction => InsertAll(transaction, batches, _time.GetUtcNow().ToMicroseconds()), cancellation);

    public async Task<IReadOnlyList<StoredLaneBatch>> PeekAsync(int maxEvents, CancellationToken cancellation)
    {
        await EnsureOpenAsync(cancellation);
        await using var connection = new SqliteConnection(_connectionString);
        var batches = new List<StoredLaneBatch>();
        var events = 0;
        foreach (var row in connection.Query<BatchRow>(Oldest, new { Limit = maxEvents }, buffered: false))
        {
            if (events > 0 && events + row.Events > maxEvents) break;
            batches.Add(new StoredLaneBatch(row.Id, new LaneBatch((int)row.Lane, (int)row.Events, row.Payload), Instant.FromMicroseconds(row.Appended_At)));
            events += (int)row.Events;
        }

        return batches;
    }

    public Task RemoveAsync(IReadOnlyList<StoredLaneBatch> batches, CancellationToken cancellation) =>
        batches.Count == 0
            ? Task.CompletedTask
            : WriteAsync(
                // Ids rise in commit order and the oldest were peeked, so nothing unprocessed lies between first and last.
                transaction => transaction.Connection!.Execute(Remove, new { First = batches[0].Id, Last = batches[^1].Id }, transaction),
                cancellation);

    public async Task<LaneBacklog> BacklogAsync(CancellationToken cancellation)
    {
        await EnsureOpenAsync(cancellation);
        await using var connection = new SqliteConnection(_connectionString);
        var row = connection.QuerySingle<BacklogRow>(Backlog);
        return new LaneBacklog(row.Events, row.Oldest is { } oldest ? Instant.FromMicroseconds(oldest) : null);
    }

    public void Dispose()
    {
        _writer?.Dispose();
        SqliteConnection.ClearPool(new SqliteConnection(_connectionString));
        _gate.Dispose();
    }

    private static void InsertAll(SqliteTransaction transaction, IReadOnlyList<LaneBatch> batches, long at)
    {
        using var command = transaction.Connection!.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = Insert;
        var lane = command.Parameters.Add("$lane", SqliteType.Integer);
        var events = command.Parameters.Add("$events", SqliteType.Integer);
        command.Parameters.AddWithValue("$at", at);
        var payload = command.Parameters.Add("$payload", SqliteType.Blob);
        foreach (var batch in batches)
        {
            (lane.Value, events.Value, payload.Value) = (batch.Lane, batch.Count, batch.Payload.ToArray());
            command.ExecuteNonQuery();
        }
    }

    private Task EnsureOpenAsync(CancellationToken cancellation) =>
        _writer is null ? WriteAsync(_ => { }, cancellation) : Task.CompletedTask;

    private async Task WriteAsync(Action<SqliteTransaction> work, CancellationToken cancellation)
    {
        await _gate.WaitAsync(cancellation);
        try
        {
            _writer ??= OpenWriter();
            using var transaction = _writer.BeginTransaction(deferred: false);
            work(transaction);
            transaction.Commit();
        }
        catch (SqliteException failure) when (SqliteFailures.IsOutage(failure))
        {
            _writer?.Dispose();
            _writer = null;
            throw new StoreUnavailableException("The lane table cannot be written.", failure);
        }
        finally
        {
            _gate.Release();
        }
    }

    private SqliteConnection OpenWriter()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(FilePath)!);
        var writer = SqliteFiles.OpenWriter(_connectionString);
        SqliteFiles.Execute(writer, Schema);
        return writer;
    }

    private sealed record BatchRow
    {
        public long Id { get; init; }

        public long Lane { get; init; }

        public long Events { get; init; }

        public long Appended_At { get; init; }

        public byte[] Payload { get; init; } = [];
    }

    private sealed record BacklogRow
    {
        public long Events { get; init; }

        public long? Oldest { get; init; }
    }
}
