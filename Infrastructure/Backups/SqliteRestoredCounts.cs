using Dapper;
using HealthApi.Core.Events;
using Microsoft.Data.Sqlite;

namespace HealthApi.Infrastructure.Backups;

/// <summary>
/// Corrects, in an unpacked backup, the number of events that each process has accepted. The database is copied after the lanes, so it may
/// count events that were accepted between the two copies and are in neither. Without the correction they would be shown as pending for
/// ever.
/// </summary>
internal static class SqliteRestoredCounts
{
    private const string HasCounts = "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'lane_processes')";

    /// <summary>
    /// The end of a payload holds the message's id; <see cref="EventBatchCodec.IdOf"/> needs at least 29 bytes.
    /// </summary>
    private const string SelectWaiting = "SELECT events AS Events, SUBSTR(payload, -29) AS Tail FROM lane_batches";

    private const string IsTaken = "SELECT EXISTS (SELECT 1 FROM lane_inbox WHERE process = @Process AND number = @Number)";

    private const string SetTaken = """
        UPDATE lane_processes SET accepted = (SELECT SUM(t.taken) FROM lane_processes AS t WHERE t.id = lane_processes.id)
            WHERE part = -1 AND id <> 0
        """;

    private const string AddWaiting = """
        INSERT INTO lane_processes (id, part, accepted, taken, seen_at)
        SELECT @Process, -1, (SELECT COALESCE(SUM(t.taken), 0) FROM lane_processes AS t WHERE t.id = @Process), 0, 0
        WHERE NOT EXISTS (SELECT 1 FROM lane_processes WHERE id = @Process AND part = -1);
        UPDATE lane_processes SET accepted = accepted + @Events WHERE id = @Process AND part = -1;
        """;

    /// <summary>
    /// Sets the accepted count of each process to the events that workers have taken plus those that still wait in the lanes.
    /// </summary>
    /// <param name="lanes">The unpacked lanes; null where the backup has none.</param>
    /// <exception cref="BackupException">One of the files is damaged or not a database.</exception>
    public static void Correct(string database, string? lanes) => SqliteCopy.Use(database, BackupPart.Database, connection =>
    {
        if (!connection.ExecuteScalar<bool>(HasCounts)) return false;
        var waiting = lanes is null ? [] : SqliteCopy.Use(lanes, BackupPart.Lanes, rows => CountWaiting(rows, connection));
        using var transaction = connection.BeginTransaction();
        connection.Execute(SetTaken, transaction: transaction);
        connection.Execute(AddWaiting, waiting.Select(process => new { Process = process.Key, Events = process.Value }), transaction);
        transaction.Commit();
        return true;
    });

    /// <summary>
    /// The number of waiting events by the process that accepted them. Events of messages without an id are left out; they count as
    /// accepted when they are taken.
    /// </summary>
    private static Dictionary<long, long> CountWaiting(SqliteConnection lanes, SqliteConnection database)
    {
        var waiting = new Dictionary<long, long>();
        foreach (var row in lanes.Query<WaitingRow>(SelectWaiting, buffered: false))
        {
            if (EventBatchCodec.IdOf(row.Tail) is not { } id || database.ExecuteScalar<bool>(IsTaken, id)) continue;
            waiting[id.Process] = waiting.GetValueOrDefault(id.Process) + row.Events;
        }

        return waiting;
    }

    private sealed record WaitingRow
    {
        public long Events { get; init; }

        public byte[] Tail { get; init; } = [];
    }
}
