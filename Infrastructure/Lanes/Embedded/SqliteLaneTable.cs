using Dapper;
using HealthApi.Core.Primitives;
using HealthApi.Infrastructure.Database;
using Microsoft.Data.Sqlite;

namespace HealthApi.Infrastructure.Lanes.Embedded;

/// <summary>
/// The lane table in a SQLite file of its own beside the database (<c>health.db</c> → <c>health.lanes.db</c>), so that accepting events
/// never waits for a processing transaction. Commits with <c>synchronous=FULL</c>.
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
        );
        CREATE TABLE IF NOT EXISTS lane_file (id TEXT NOT NULL);
        INSERT INTO lane_file (id) SELECT lower(hex(randomblob(16))) WHERE NOT EXISTS (SELECT 1 FROM lane_file);
        CREATE TABLE IF NOT EXISTS lane_probe (id INTEGER NOT NULL PRIMARY KEY, bytes BLOB NOT NULL);
        INSERT OR IGNORE INTO lane_probe (id, bytes) VALUES (1, x'');
        """;

    /// <summary>
    /// Identifies this file. A file that replaces a lost one has another id, and its rows are numbered from the beginning.
    /// </summary>
    private const string FileId = "SELECT id FROM lane_file";

    private const string Last = "SELECT COALESCE(MAX(id), 0) FROM lane_batches";

    /// <summary>
    /// Writes 64 KiB, as much as a full batch. The bytes are random, since SQLite does not write pages that have not changed.
    /// </summary>
    private const string Probe = "UPDATE lane_probe SET bytes = randomblob(65536) WHERE id = 1";

    /// <summary>A batch is read once and then removed, so a larger page cache saves nothing.</summary>
    private const string SmallCache = "PRAGMA cache_size = -4096";

    private const string Insert = "INSERT INTO lane_batches (lane, events, appended_at, payload) VALUES ($lane, $events, $at, $payload)";

    private const string Heads = "SELECT id AS Id, lane AS Lane, events AS Events, LENGTH(payload) AS Bytes FROM lane_batches ORDER BY id";

    private const string Chosen = """
        SELECT id AS Id, lane AS Lane, events AS Events, appended_at AS AppendedAt, payload AS Payload
        FROM lane_batches WHERE id <= @Last AND (@Lane IS NULL OR lane = @Lane) ORDER BY id
        """;

    private const string Remove = "DELETE FROM lane_batches WHERE id = $id";

    private const string Oldest = "SELECT appended_at FROM lane_batches ORDER BY id LIMIT 1";

    /// <summary>
    /// The largest number of batches examined to find more of one lane: enough to fill a transaction from one lane of eight.
    /// </summary>
    private const int MaxHeads = 1_000;

    /// <summary>
    /// The largest payload taken at once: far more than full transactions of usual events need, and a limit where events are large.
    /// </summary>
    private const long MaxBytes = 8 * 1024 * 1024;

    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly TimeProvider _time;
    private readonly string _connectionString;
    private readonly SqliteTurn _turn;
    private readonly SqliteLogCopy _log;
    private SqliteConnection? _writer;
    private bool _disposed;
    private SqliteLaneCount? _count;
    private string _fileId = "";
    private volatile string? _damage;

    public SqliteLaneTable(string databasePath, TimeProvider time)
    {
        _time = time;
        FilePath = Path.ChangeExtension(databasePath, ".lanes.db");
        _connectionString = new SqliteConnectionStringBuilder { DataSource = FilePath, DefaultTimeout = 5 }.ToString();
        _log = new SqliteLogCopy(_connectionString);
        _turn = new SqliteTurn(FilePath, TimeSpan.FromSeconds(5));
    }

    public string FilePath { get; }

    public Task AppendAsync(IReadOnlyList<LaneBatch> batches, CancellationToken cancellation) =>
        WriteAsync(transaction => InsertAll(transaction, batches, _time.GetUtcNow().ToMicroseconds()), cancellation);

    public async Task<IReadOnlyList<StoredLaneBatch>> TakeAsync(int maxEvents, CancellationToken cancellation)
    {
        await EnsureOpenAsync(cancellation);
        return Read<IReadOnlyList<StoredLaneBatch>>(
            connection => Choose(connection.Query<BatchHead>(Heads, buffered: false), maxEvents) is { } choice
            ? [.. connection.Query<BatchRow>(Chosen, choice).Select(row => row.ToStored(_fileId))]
            : []);
    }

    public Task RemoveAsync(IReadOnlyList<StoredLaneBatch> batches, CancellationToken cancellation) =>
        batches.Count == 0 ? Task.CompletedTask : WriteAsync(transaction => RemoveAll(transaction, batches), cancellation);

    /// <summary>Does nothing: one host uses the file, and taking a batch twice is harmless.</summary>
    public Task RenewAsync(IReadOnlyList<StoredLaneBatch> batches, CancellationToken cancellation) => Task.CompletedTask;

    public Task ReleaseAsync(CancellationToken cancellation) => Task.CompletedTask;

    public string? Damage => _damage;

    public async Task<LaneRow> LastAsync(CancellationToken cancellation)
    {
        await EnsureOpenAsync(cancellation);
        return new LaneRow(_fileId, Read(connection => connection.ExecuteScalar<long>(Last)));
    }

    public Task ProbeAsync(CancellationToken cancellation) => WriteAsync(
        transaction =>
        {
            transaction.Statement(Probe).Execute();
            return 0;
        },
        cancellation);

    public async Task<LaneBacklog> BacklogAsync(CancellationToken cancellation)
    {
        await EnsureOpenAsync(cancellation);
        var counted = CountWithoutReading();
        return Read(connection =>
        {
            var oldest = connection.QuerySingleOrDefault<long?>(Oldest);
            var events = counted ?? connection.ExecuteScalar<long>(SqliteLaneCount.Sum);
            return new LaneBacklog(events, oldest is { } at ? Instant.FromMicroseconds(at) : null);
        });
    }

    /// <summary>Waits a few seconds for a write in progress.</summary>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _gate.Wait(SqliteFiles.ClosePatience);
        _log.Wait(SqliteFiles.ClosePatience);
        _writer?.Dispose();
        SqliteConnection.ClearPool(new SqliteConnection(_connectionString));
        _turn.Dispose();
        _gate.Dispose();
    }

    /// <summary>
    /// Chooses all batches where they fit, else the oldest batches of the lane that has waited longest; null where nothing waits.
    /// </summary>
    private static BatchChoice? Choose(IEnumerable<BatchHead> heads, int maxEvents)
    {
        BatchHead? first = null;
        var (looked, events, ofLane, last, lastOfLane) = (0, 0L, 0L, 0L, 0L);
        var (bytes, bytesOfLane) = (0L, 0L);
        foreach (var head in heads)
        {
            first ??= head;
            if ((events + head.Events > maxEvents || bytes + head.Bytes > MaxBytes) && looked >= MaxHeads) break;
            (looked, events, bytes, last) = (looked + 1, events + head.Events, bytes + head.Bytes, head.Id);
            if (head.Lane != first.Lane) continue;
            (ofLane, bytesOfLane) = (ofLane + head.Events, bytesOfLane + head.Bytes);
            if ((ofLane > maxEvents || bytesOfLane > MaxBytes) && lastOfLane > 0) break;
            lastOfLane = head.Id;
        }

        return first is null ? null : events <= maxEvents && bytes <= MaxBytes ? new BatchChoice(last, null)
            : new BatchChoice(lastOfLane, first.Lane);
    }

    /// <summary>Returns the change in the number of waiting events.</summary>
    private static long InsertAll(SqliteTransaction transaction, IReadOnlyList<LaneBatch> batches, long at)
    {
        foreach (var batch in batches)
        {
            transaction.Statement(Insert).Bind("$lane", batch.Lane).Bind("$events", batch.Count).Bind("$at", at)
                .BindBlob("$payload", batch.Payload.Span).Execute();
        }

        return batches.Sum(batch => (long)batch.Count);
    }

    /// <summary>Returns the change in the number of waiting events (negative or zero).</summary>
    private static long RemoveAll(SqliteTransaction transaction, IReadOnlyList<StoredLaneBatch> batches) =>
        batches.Sum(stored => -(long)stored.Batch.Count * transaction.Statement(Remove).Bind("$id", stored.Id).Execute());

    private Task EnsureOpenAsync(CancellationToken cancellation) =>
        _writer is null ? WriteAsync(_ => 0, cancellation) : Task.CompletedTask;

    /// <summary>The writer's count; null where the rows must be counted. Never waits for a write in progress.</summary>
    private long? CountWithoutReading()
    {
        if (!_gate.Wait(0)) return _count?.Events;
        try
        {
            if (_writer is not null) _count?.Look(_writer);
            return _count?.Events;
        }
        catch (SqliteException failure) when (SqliteFailures.IsOutage(failure))
        {
            return null;
        }
        finally
        {
            _gate.Release();
        }
    }

    private T Read<T>(Func<SqliteConnection, T> read)
    {
        try
        {
            using var connection = new SqliteConnection(_connectionString);
            return read(connection);
        }
        catch (SqliteException failure) when (SqliteFailures.IsOutage(failure))
        {
            throw Outage("read", failure);
        }
    }

    /// <param name="work">Returns the change in the number of waiting events.</param>
    private async Task WriteAsync(Func<SqliteTransaction, long> work, CancellationToken cancellation)
    {
        await _gate.WaitAsync(cancellation);
        try
        {
            using var turn = await _turn.TakeAsync(cancellation);
            _writer ??= OpenWriter();
            using var transaction = _writer.BeginTransaction(deferred: false);
            var change = work(transaction);
            _count!.Look(transaction);
            transaction.Commit();
            _count.Add(change);
            _log.Committed(_writer);
        }
        catch (SqliteException failure) when (SqliteFailures.IsOutage(failure))
        {
            _writer?.Dispose();
            (_writer, _count) = (null, null);
            throw Outage("written", failure);
        }
        finally
        {
            _gate.Release();
        }
    }

    private StoreUnavailableException Outage(string what, SqliteException failure)
    {
        if (SqliteFailures.IsDamage(failure)) _damage = failure.Message;
        return new StoreUnavailableException($"The lane table {FilePath} cannot be {what}.", failure);
    }

    private SqliteConnection OpenWriter()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(FilePath)!);
        var writer = SqliteFiles.OpenWriter(_connectionString);
        SqliteFiles.Execute(writer, SmallCache);
        SqliteFiles.Execute(writer, Schema);
        _fileId = (string)SqliteFiles.Scalar(writer, FileId)!;
        _count = new SqliteLaneCount(writer);
        return writer;
    }

    private sealed record BatchHead
    {
        public long Id { get; init; }

        public long Lane { get; init; }

        public long Events { get; init; }

        public long Bytes { get; init; }
    }

    private sealed record BatchChoice(long Last, long? Lane);

    private sealed record BatchRow(long Id, long Lane, long Events, long AppendedAt, byte[] Payload)
    {
        public StoredLaneBatch ToStored(string table) =>
            new(Id, new LaneBatch((int)Lane, (int)Events, Payload), Instant.FromMicroseconds(AppendedAt), table);
    }
}
