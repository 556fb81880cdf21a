using System.Data.Common;
using HealthApi.Core;
using HealthApi.Core.Events;
using HealthApi.Core.Scoring;
using HealthApi.Core.Signals;
using HealthApi.Core.Thresholds;
using HealthApi.Infrastructure.Accounts;
using HealthApi.Infrastructure.Database;
using Microsoft.Data.Sqlite;

namespace HealthApi.Infrastructure.Processing;

/// <summary>SQLite has no wire, so re-used prepared commands inside one transaction beat any set-based form. BEGIN IMMEDIATE is the lock.</summary>
internal sealed class SqliteProcessingSql : IProcessingSql
{
    private const string InsertEvent = """
        INSERT INTO events (source, id, type, account_id, occurred_at, received_at, hash, data)
        VALUES ($source, $id, $type, $account, $occurred, $received, $hash, $data)
        ON CONFLICT (source, id) DO NOTHING
        """;

    private const string SelectHash = "SELECT hash FROM events WHERE source = $source AND id = $id";

    private const string InsertConflict = """
        INSERT INTO event_conflicts (source, id, type, account_id, occurred_at, received_at, hash, data)
        VALUES ($source, $id, $type, $account, $occurred, $received, $hash, $data)
        ON CONFLICT (source, id, hash) DO NOTHING
        """;

    private const string SelectAccount = """
        SELECT a.profile, a.segment, a.phase, a.created_at, s.version, s.figures, s.memory, s.evaluated_at, s.restate_from
        FROM accounts AS a JOIN account_states AS s ON s.account_id = a.id
        WHERE a.id = $account
        """;

    private const string SelectErasure = "SELECT erased_at FROM erasures WHERE account_id = $account";

    private const string Count = """
        INSERT INTO ingestion_counters (name, value) VALUES ($name, $value)
        ON CONFLICT (name) DO UPDATE SET value = value + excluded.value
        """;

    private const string TouchSource = """
        INSERT INTO ingestion_sources (source, events, last_occurred_at, last_received_at) VALUES ($source, $events, $occurred, $received)
        ON CONFLICT (source) DO UPDATE SET events = events + excluded.events,
            last_occurred_at = MAX(last_occurred_at, excluded.last_occurred_at), last_received_at = MAX(last_received_at, excluded.last_received_at)
        """;

    public Task<IReadOnlyList<EventFate>> InsertIfAbsentAsync(DbTransaction transaction, IReadOnlyList<EventEnvelope> events)
    {
        var fates = new EventFate[events.Count];
        for (var index = 0; index < fates.Length; index++)
        {
            if (Run(transaction, InsertEvent, events[index]) == 1) continue;
            var hash = transaction.Prepared(SelectHash, ("$source", events[index].Source), ("$id", events[index].Id)).ExecuteScalar();
            fates[index] = (long)hash! == events[index].ContentHash ? EventFate.Duplicate : EventFate.Conflict;
            if (fates[index] == EventFate.Conflict) Run(transaction, InsertConflict, events[index]);
        }

        return Task.FromResult<IReadOnlyList<EventFate>>(fates);
    }

    public Task<IReadOnlyDictionary<string, AccountRecord>> LoadAsync(DbTransaction transaction, IReadOnlyCollection<string> accountIds)
    {
        var records = new Dictionary<string, AccountRecord>(accountIds.Count, StringComparer.Ordinal);
        foreach (var id in accountIds)
        {
            using var reader = transaction.Prepared(SelectAccount, ("$account", id)).ExecuteReader();
            if (reader.Read()) records.Add(id, ToRecord(reader));
        }

        return Task.FromResult<IReadOnlyDictionary<string, AccountRecord>>(records);
    }

    public Task<IReadOnlyDictionary<string, DateTimeOffset>> ErasuresAsync(DbTransaction transaction, IReadOnlyCollection<string> accountIds)
    {
        var erasures = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        foreach (var id in accountIds)
            if (transaction.Prepared(SelectErasure, ("$account", id)).ExecuteScalar() is long at)
                erasures.Add(id, Instant.FromMicroseconds(at));
        return Task.FromResult<IReadOnlyDictionary<string, DateTimeOffset>>(erasures);
    }

    public Task SaveAsync(DbTransaction transaction, IReadOnlyList<AccountChange> changes)
    {
        foreach (var change in changes) SqliteAccountWriter.Save(transaction, change);
        return Task.CompletedTask;
    }

    public Task AppendCrossingsAsync(DbTransaction transaction, IReadOnlyList<Crossing> crossings)
    {
        foreach (var crossing in crossings) SqliteAccountWriter.Append(transaction, crossing);
        return Task.CompletedTask;
    }

    public Task CountAsync(DbTransaction transaction, IReadOnlyList<EventEnvelope> events, IReadOnlyList<EventFate> fates)
    {
        foreach (var fate in fates.CountBy(fate => fate))
            transaction.Prepared(Count, ("$name", IngestionCounters.Name(fate.Key)), ("$value", fate.Value)).ExecuteNonQuery();
        foreach (var source in events.GroupBy(envelope => envelope.Source, StringComparer.Ordinal))
            transaction.Prepared(
                TouchSource,
                ("$source", source.Key),
                ("$events", source.Count()),
                ("$occurred", source.Max(envelope => envelope.OccurredAt).ToMicroseconds()),
                ("$received", source.Max(envelope => envelope.ReceivedAt).ToMicroseconds())).ExecuteNonQuery();
        return Task.CompletedTask;
    }

    private static int Run(DbTransaction transaction, string sql, EventEnvelope envelope) => transaction.Prepared(
        sql,
        ("$source", envelope.Source),
        ("$id", envelope.Id),
        ("$type", (long)envelope.Type),
        ("$account", envelope.AccountId),
        ("$occurred", envelope.OccurredAt.ToMicroseconds()),
        ("$received", envelope.ReceivedAt.ToMicroseconds()),
        ("$hash", envelope.ContentHash),
        ("$data", System.Text.Encoding.UTF8.GetString(envelope.Data.Span))).ExecuteNonQuery();

    private static AccountRecord ToRecord(SqliteDataReader reader) => new()
    {
        Account = AccountColumns.FromProfile(reader.GetString(0)),
        Segment = reader.GetString(1),
        Phase = reader.GetString(2),
        CreatedAt = Instant.FromMicroseconds(reader.GetInt64(3)),
        Version = reader.GetInt64(4),
        Figures = AccountFigures.Decode((byte[])reader.GetValue(5)),
        Memory = AccountMemory.FromJson(reader.GetString(6)),
        EvaluatedDay = reader.IsDBNull(7) ? null : Instant.FromMicroseconds(reader.GetInt64(7)).ToDay(),
        RestateFrom = reader.IsDBNull(8) ? null : reader.GetInt32(8),
    };
}
