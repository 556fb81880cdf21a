using System.Data.Common;
using Dapper;
using HealthApi.Core.Events;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Events;

namespace HealthApi.Infrastructure.Evaluation;

/// <summary>
/// Records the ids of taken lane messages in the transaction that processes them. A message that is delivered again is skipped as a whole
/// and not counted.
/// </summary>
internal static class LaneInbox
{
    // Where two workers take one message at the same time, the second fails with a unique key violation, runs again and finds it taken.
    private static readonly SqlText Insert = new(
        """
        INSERT INTO lane_inbox (process, number, taken_at)
        SELECT r.value ->> 'process', r.value ->> 'number', @Now FROM json_each(@Rows) AS r
        WHERE NOT EXISTS (SELECT 1 FROM lane_inbox AS i WHERE i.process = r.value ->> 'process' AND i.number = r.value ->> 'number')
        RETURNING process AS Process, number AS Number
        """,
        """
        INSERT INTO lane_inbox (process, number, taken_at)
        OUTPUT inserted.process AS Process, inserted.number AS Number
        SELECT r.process, r.number, @Now FROM OPENJSON(@Rows) WITH (process bigint, number bigint) AS r
        WHERE NOT EXISTS (SELECT 1 FROM lane_inbox AS i WHERE i.process = r.process AND i.number = r.number)
        """);

    private static readonly SqlText Select = new(
        """
        SELECT i.process AS Process, i.number AS Number FROM json_each(@Rows) AS r
        JOIN lane_inbox AS i ON i.process = r.value ->> 'process' AND i.number = r.value ->> 'number'
        """,
        """
        SELECT i.process AS Process, i.number AS Number FROM OPENJSON(@Rows) WITH (process bigint, number bigint) AS r
        JOIN lane_inbox AS i ON i.process = r.process AND i.number = r.number
        """);

    // A missing row is inserted with 0 first and updated afterwards. Where two transactions need the same new row, both are then counted.
    private static readonly SqlText Count = new(
        """
        INSERT INTO lane_processes (id, part, accepted, taken, seen_at)
        SELECT r.value ->> 'process', @Part, 0, 0, @Now FROM json_each(@Rows) AS r
        WHERE NOT EXISTS (SELECT 1 FROM lane_processes AS p WHERE p.id = r.value ->> 'process' AND p.part = @Part);
        UPDATE lane_processes SET taken = taken + r.events, seen_at = @Now
        FROM (SELECT value ->> 'process' AS process, value ->> 'events' AS events FROM json_each(@Rows)) AS r
        WHERE lane_processes.id = r.process AND lane_processes.part = @Part;
        """,
        """
        INSERT INTO lane_processes (id, part, accepted, taken, seen_at)
        SELECT r.process, @Part, 0, 0, @Now FROM OPENJSON(@Rows) WITH (process bigint, events bigint) AS r
        WHERE NOT EXISTS (SELECT 1 FROM lane_processes AS p WITH (UPDLOCK) WHERE p.id = r.process AND p.part = @Part);
        UPDATE lane_processes SET taken = lane_processes.taken + r.events, seen_at = @Now
        FROM lane_processes, OPENJSON(@Rows) WITH (process bigint, events bigint) AS r
        WHERE lane_processes.id = r.process AND lane_processes.part = @Part;
        """);

    /// <summary>Records the messages.</summary>
    /// <returns>The messages that were not recorded before.</returns>
    public static async Task<IReadOnlySet<LaneMessageId>> TakeAsync(
        DbTransaction transaction, IReadOnlyCollection<LaneMessageId> ids, DateTimeOffset now)
    {
        if (ids.Count == 0) return new HashSet<LaneMessageId>();
        var connection = transaction.Connection!;
        var rows = await connection.QueryAsync<IdRow>(
            Insert.For(connection), new { Rows = JsonRows.Of(connection, ids.Distinct()), Now = now }, transaction);
        return rows.Select(row => row.ToId()).ToHashSet();
    }

    /// <summary>Returns the given messages that were taken already.</summary>
    public static async Task<IReadOnlySet<LaneMessageId>> FindAsync(
        DbConnection connection, DbTransaction? transaction, IReadOnlyCollection<LaneMessageId> ids)
    {
        if (ids.Count == 0) return new HashSet<LaneMessageId>();
        var rows =
            await connection.QueryAsync<IdRow>(Select.For(connection), new { Rows = JsonRows.Of(connection, ids.Distinct()) }, transaction);
        return rows.Select(row => row.ToId()).ToHashSet();
    }

    /// <summary>Counts events as taken, for the process that accepted them.</summary>
    /// <param name="part">See <see cref="IngestionCounters.Part"/>.</param>
    public static async Task CountAsync(
        DbTransaction transaction, int part, IEnumerable<(long Process, int Events)> taken, DateTimeOffset now)
    {
        var rows = taken.GroupBy(share => share.Process)
            .Select(process => new { Process = process.Key, Events = process.Sum(share => (long)share.Events) })
            .Where(row => row.Events > 0).OrderBy(row => row.Process).ToList();
        if (rows.Count == 0) return;
        var connection = transaction.Connection!;
        await connection.ExecuteAsync(
            Count.For(connection), new { Rows = JsonRows.Of(connection, rows), Part = part, Now = now }, transaction);
    }

    private sealed record IdRow
    {
        public long Process { get; init; }

        public long Number { get; init; }

        public LaneMessageId ToId() => new(Process, Number);
    }
}
