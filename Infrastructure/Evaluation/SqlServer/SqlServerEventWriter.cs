using System.Data;
using System.Data.Common;
using System.Text;
using Dapper;
using HealthApi.Core.Events;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Database.SqlServer;
using HealthApi.Infrastructure.Events;
using Microsoft.Data.SqlClient.Server;

namespace HealthApi.Infrastructure.Evaluation.SqlServer;

/// <summary>Inserts the events that are absent, in one round trip, and returns the fate of each.</summary>
internal static class SqlServerEventWriter
{
    private const string RowsType = "event_rows_keyed";

    // Of events with the same identity only the first is inserted. An event whose identity is in the log with another hash is a conflict.
    // SQL Server compiles a plan for the number of rows of its first use; FORCESEEK keeps a plan that was made for many rows from scanning
    // the log for a few.
    private const string Insert = """
        DECLARE @added TABLE (
            source nvarchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL, id nvarchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
                PRIMARY KEY (source, id));

        INSERT INTO events (source, id, type, account_id, occurred_at, received_at, hash, data)
        OUTPUT inserted.source, inserted.id INTO @added (source, id)
        SELECT r.source, r.id, r.type, r.account_id, r.occurred_at, r.received_at, r.hash, r.data
        FROM @Rows AS r
        WHERE r.is_first = 1 AND NOT EXISTS (SELECT 1 FROM events AS e WITH (FORCESEEK) WHERE e.source = r.source AND e.id = r.id)
        ORDER BY r.position;

        INSERT INTO event_conflicts (source, id, type, account_id, occurred_at, received_at, hash, data)
        SELECT r.source, r.id, r.type, r.account_id, r.occurred_at, r.received_at, r.hash, r.data
        FROM @Rows AS r
        JOIN events AS e WITH (FORCESEEK) ON e.source = r.source AND e.id = r.id AND e.hash <> r.hash
        WHERE r.is_first_content = 1
            AND NOT EXISTS (SELECT 1 FROM event_conflicts AS c WITH (FORCESEEK) WHERE c.source = r.source AND c.id = r.id
                AND c.hash = r.hash);

        SELECT r.position AS Position, e.hash AS Hash, CASE WHEN a.id IS NULL THEN 0 ELSE 1 END AS Added
        FROM @Rows AS r
        JOIN events AS e WITH (FORCESEEK) ON e.source = r.source AND e.id = r.id
        LEFT JOIN @added AS a ON a.source = r.source AND a.id = r.id;
        """;

    private static readonly SqlMetaData[] Columns =
    [
        new("position", SqlDbType.BigInt), TableRows.Text("source", 128), TableRows.Text("id", 128), new("type", SqlDbType.BigInt),
        TableRows.Text("account_id", 128),
        TableRows.Instant("occurred_at"), TableRows.Instant("received_at"), new("hash", SqlDbType.BigInt), TableRows.LongText("data"),
        new("is_first", SqlDbType.Bit), new("is_first_content", SqlDbType.Bit),
    ];

    public static async Task<IReadOnlyList<EventFate>> InsertIfAbsentAsync(DbTransaction transaction, IReadOnlyList<EventEnvelope> events)
    {
        if (events.Count == 0) return [];
        var rows = new { Rows = TableRows.Of(RowsType, ToRecords(events)) };
        var stored = (await transaction.Connection!.QueryAsync<StoredRow>(Insert, rows, transaction))
            .ToDictionary(row => (int)row.Position);
        var seen = new HashSet<(string, string)>();
        return [.. events.Select((envelope, index) => Fate(envelope, stored[index], seen.Add((envelope.Source, envelope.Id))))];
    }

    private static EventFate Fate(EventEnvelope envelope, StoredRow stored, bool isFirst)
    {
        if (stored.Added != 0 && isFirst) return EventFate.New;
        return stored.Hash == envelope.ContentHash ? EventFate.Duplicate : EventFate.Conflict;
    }

    private static IEnumerable<SqlDataRecord> ToRecords(IReadOnlyList<EventEnvelope> events)
    {
        var (identities, contents) = (new HashSet<(string, string)>(events.Count), new HashSet<(string, string, long)>(events.Count));
        foreach (var (position, envelope) in events.Index())
        {
            var record = ToRecord(envelope, position);
            record.SetBoolean(9, identities.Add((envelope.Source, envelope.Id)));
            record.SetBoolean(10, contents.Add((envelope.Source, envelope.Id, envelope.ContentHash)));
            yield return record;
        }
    }

    private static SqlDataRecord ToRecord(EventEnvelope envelope, int position)
    {
        var record = new SqlDataRecord(Columns);
        record.SetInt64(0, position);
        record.SetString(1, envelope.Source);
        record.SetString(2, envelope.Id);
        record.SetInt64(3, (long)envelope.Type);
        record.SetString(4, envelope.AccountId);
        record.SetDateTime(5, envelope.OccurredAt.ToDateTime2());
        record.SetDateTime(6, envelope.ReceivedAt.ToDateTime2());
        record.SetInt64(7, envelope.ContentHash);
        record.SetString(8, Encoding.UTF8.GetString(envelope.Data.Span));
        return record;
    }

    private sealed record StoredRow
    {
        public long Position { get; init; }

        public long Hash { get; init; }

        public long Added { get; init; }
    }
}
