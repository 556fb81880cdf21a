using HealthApi.Infrastructure.Database;
using Microsoft.Data.Sqlite;

namespace HealthApi.Infrastructure.Lanes.Embedded;

/// <summary>
/// How many events wait in the lane file, kept by its writer: counting the rows takes the longer the more of them wait, and it is asked for
/// many times a second. Good as long as no other connection writes the file, which SQLite tells.
/// </summary>
internal sealed class SqliteLaneCount
{
    public const string Sum = "SELECT COALESCE(SUM(events), 0) FROM lane_batches";

    /// <summary>Changes with every commit of another connection, and only with those.</summary>
    private const string DataVersion = "PRAGMA data_version";

    private readonly long _version;
    private long _events;
    private volatile bool _shared;

    /// <summary>Counts what the file holds when its writer opens it.</summary>
    public SqliteLaneCount(SqliteConnection writer)
    {
        using var transaction = writer.BeginTransaction(deferred: false);
        _version = Version(writer, transaction);
        _events = Convert.ToInt64(SqliteFiles.Scalar(writer, Sum, transaction));
    }

    /// <summary>The events; null where others write the file too, so that only the file knows.</summary>
    public long? Events => _shared ? null : Volatile.Read(ref _events);

    /// <summary>Looks whether others have written, while the writer has nothing else to do.</summary>
    public void Look(SqliteConnection writer) => _shared |= Version(writer) != _version;

    /// <summary>Looks whether others have written, in a transaction of the writer.</summary>
    public void Look(SqliteTransaction transaction) => _shared |= transaction.Statement(DataVersion).ReadNumber() != _version;

    /// <summary>Takes what a commit has added or removed.</summary>
    public void Add(long events) => Interlocked.Add(ref _events, events);

    private static long Version(SqliteConnection writer, SqliteTransaction? transaction = null) =>
        Convert.ToInt64(SqliteFiles.Scalar(writer, DataVersion, transaction));
}
