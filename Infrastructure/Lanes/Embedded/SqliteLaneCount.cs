using HealthApi.Infrastructure.Database;
using Microsoft.Data.Sqlite;

namespace HealthApi.Infrastructure.Lanes.Embedded;

/// <summary>
/// The number of events that wait in the lane file, counted by its writer: counting rows takes longer the more of them wait, and the number
/// is needed many times a second. The count is valid as long as no other connection writes the file, which SQLite reports.
/// </summary>
internal sealed class SqliteLaneCount
{
    public const string Sum = "SELECT COALESCE(SUM(events), 0) FROM lane_batches";

    /// <summary>Changes with every commit of another connection, and only with those.</summary>
    private const string DataVersion = "PRAGMA data_version";

    private readonly long _version;
    private long _events;
    private volatile bool _shared;

    /// <summary>Counts the events that the file holds when its writer opens it.</summary>
    public SqliteLaneCount(SqliteConnection writer)
    {
        using var transaction = writer.BeginTransaction(deferred: false);
        _version = Version(writer, transaction);
        _events = Convert.ToInt64(SqliteFiles.Scalar(writer, Sum, transaction));
    }

    /// <summary>The number of events; null where other connections write the file too, so that the rows must be counted.</summary>
    public long? Events => _shared ? null : Volatile.Read(ref _events);

    /// <summary>Checks whether other connections have written; call it while the writer is idle.</summary>
    public void Look(SqliteConnection writer) => _shared |= Version(writer) != _version;

    /// <summary>Checks whether other connections have written, in a transaction of the writer.</summary>
    public void Look(SqliteTransaction transaction) => _shared |= transaction.Statement(DataVersion).ReadNumber() != _version;

    /// <summary>Adds the change of a commit; negative where events were removed.</summary>
    public void Add(long events) => Interlocked.Add(ref _events, events);

    private static long Version(SqliteConnection writer, SqliteTransaction? transaction = null) =>
        Convert.ToInt64(SqliteFiles.Scalar(writer, DataVersion, transaction));
}
