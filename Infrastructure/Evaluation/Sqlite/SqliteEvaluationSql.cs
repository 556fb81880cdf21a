using System.Data.Common;
using HealthApi.Core.Events;
using HealthApi.Core.Primitives;
using HealthApi.Core.Thresholds;
using HealthApi.Infrastructure.Accounts;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Events;
using HealthApi.Infrastructure.Lanes;
using Microsoft.Data.Sqlite;

namespace HealthApi.Infrastructure.Evaluation.Sqlite;

/// <summary>
/// SQLite runs in the process without a network, so prepared statements for single rows are faster than statements for many rows. The lock
/// is BEGIN IMMEDIATE. Rows are read and written in the order of their keys, so that a large transaction meets each page once.
/// </summary>
internal sealed class SqliteEvaluationSql(AccountCache cache) : IEvaluationSql
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
        SELECT a.profile, a.segment, a.phase, a.created_at, s.version, s.figures, s.memory, s.evaluated_at, s.restate_from, s.parked_error,
            a.terms_version, a.arr, a.mrr, a.currency, a.licences, a.renewal_date, a.churned_at, s.due_at, s.memory_bytes
        FROM accounts AS a JOIN account_states AS s ON s.account_id = a.id
        WHERE a.id = $account
        """;

    private const string SelectVersion = """
        SELECT s.version, a.created_at FROM account_states AS s JOIN accounts AS a ON a.id = s.account_id WHERE s.account_id = $account
        """;

    private const string HasErasures = "SELECT EXISTS (SELECT 1 FROM erasures)";

    private const string SelectErasure =
        "SELECT erased_at, erasing, lane_table, lane_row, markers FROM erasures WHERE account_id = $account";

    // SQLite has one writer at a time, so one part of the counters is enough.
    private const string Count = """
        INSERT INTO ingestion_counts (name, part, value) VALUES ($name, 0, $value)
        ON CONFLICT (part, name) DO UPDATE SET value = value + excluded.value
        """;

    private const string TouchSource = """
        INSERT INTO ingestion_source_counts (source, part, events, last_occurred_at, last_received_at) VALUES ($source, 0, $events,
            $occurred, $received)
        ON CONFLICT (part, source) DO UPDATE SET events = events + excluded.events,
            last_occurred_at = MAX(last_occurred_at, excluded.last_occurred_at), last_received_at = MAX(last_received_at,
                excluded.last_received_at)
        """;

    public Task<IReadOnlyList<EventFate>> InsertIfAbsentAsync(DbTransaction transaction, IReadOnlyList<EventEnvelope> events)
    {
        var fates = new EventFate[events.Count];
        foreach (var index in InKeyOrder(events))
        {
            if (Run(transaction, InsertEvent, events[index]) == 1) continue;
            var hash = transaction.Statement(SelectHash).Bind("$source", events[index].Source).Bind("$id", events[index].Id).ReadNumber();
            fates[index] = hash == events[index].ContentHash ? EventFate.Duplicate : EventFate.Conflict;
            if (fates[index] == EventFate.Conflict) Run(transaction, InsertConflict, events[index]);
        }

        return Task.FromResult<IReadOnlyList<EventFate>>(fates);
    }

    public Task<IReadOnlyDictionary<string, AccountRecord>> LoadAsync(DbTransaction transaction, IReadOnlyCollection<string> accountIds)
    {
        var records = new Dictionary<string, AccountRecord>(accountIds.Count, StringComparer.Ordinal);
        foreach (var id in accountIds.Order(StringComparer.Ordinal))
        {
            if ((Cached(transaction, id) ?? transaction.Statement(SelectAccount).Bind("$account", id).ReadOne(row => ToRecord(id, row)))
                is { } record)
            {
                records.Add(id, record);
            }
        }

        return Task.FromResult<IReadOnlyDictionary<string, AccountRecord>>(records);
    }

    public Task<IReadOnlyDictionary<string, AccountRecord>> ReadAsync(DbConnection connection, IReadOnlyCollection<string> accountIds)
    {
        var records = new Dictionary<string, AccountRecord>(accountIds.Count, StringComparer.Ordinal);
        using var select = new SqliteStatement((SqliteConnection)connection, SelectAccount);
        foreach (var id in accountIds.Order(StringComparer.Ordinal))
            if (select.Bind("$account", id).ReadOne(row => ToRecord(id, row)) is { } record) records.Add(id, record);
        return Task.FromResult<IReadOnlyDictionary<string, AccountRecord>>(records);
    }

    public Task<IReadOnlySet<string>> LockUnchangedAsync(DbTransaction transaction, IReadOnlyCollection<AccountRecord> records)
    {
        var unchanged = new HashSet<string>(records.Count, StringComparer.Ordinal);
        foreach (var record in records)
        {
            var stored = transaction.Statement(SelectVersion).Bind("$account", record.Account.Id).ReadOne(
                row => row.Number(0) == record.Version && row.Number(1) == record.CreatedAt.ToMicroseconds() ? record : null);
            if (stored is not null) unchanged.Add(record.Account.Id);
        }

        return Task.FromResult<IReadOnlySet<string>>(unchanged);
    }

    public Task<IReadOnlyDictionary<string, Tombstone>> TombstonesAsync(DbTransaction transaction, IReadOnlyCollection<string> accountIds)
    {
        var tombstones = new Dictionary<string, Tombstone>(StringComparer.Ordinal);
        if (transaction.Statement(HasErasures).ReadNumber() == 0)
            return Task.FromResult<IReadOnlyDictionary<string, Tombstone>>(tombstones);
        foreach (var id in accountIds)
        {
            if (transaction.Statement(SelectErasure).Bind("$account", id).ReadOne(row => ToTombstone(id, row)) is { } tombstone)
                tombstones.Add(id, tombstone);
        }

        return Task.FromResult<IReadOnlyDictionary<string, Tombstone>>(tombstones);
    }

    public Task SaveAsync(DbTransaction transaction, IReadOnlyList<AccountChange> changes)
    {
        foreach (var change in changes.OrderBy(change => change.Before.Account.Id, StringComparer.Ordinal))
            SqliteAccountWriter.Save(transaction, change);
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
            transaction.Statement(Count).Bind("$name", IngestionCounters.Name(fate.Key)).Bind("$value", fate.Value).Execute();
        foreach (var source in events.GroupBy(envelope => envelope.Source, StringComparer.Ordinal))
        {
            transaction.Statement(TouchSource)
                .Bind("$source", source.Key)
                .Bind("$events", source.Count())
                .Bind("$occurred", source.Max(envelope => envelope.OccurredAt).ToMicroseconds())
                .Bind("$received", source.Max(envelope => envelope.ReceivedAt).ToMicroseconds())
                .Execute();
        }

        return Task.CompletedTask;
    }

    /// <summary>The positions of the events in the order of their identities; the first event of an identity stays the first.</summary>
    private static IEnumerable<int> InKeyOrder(IReadOnlyList<EventEnvelope> events) => Enumerable.Range(0, events.Count)
        .OrderBy(index => events[index].Source, StringComparer.Ordinal).ThenBy(index => events[index].Id, StringComparer.Ordinal);

    private static int Run(DbTransaction transaction, string sql, EventEnvelope envelope) => transaction.Statement(sql)
        .Bind("$source", envelope.Source)
        .Bind("$id", envelope.Id)
        .Bind("$type", (long)envelope.Type)
        .Bind("$account", envelope.AccountId)
        .Bind("$occurred", envelope.OccurredAt.ToMicroseconds())
        .Bind("$received", envelope.ReceivedAt.ToMicroseconds())
        .Bind("$hash", envelope.ContentHash)
        .BindText("$data", envelope.Data.Span)
        .Execute();

    private AccountRecord? Cached(DbTransaction transaction, string id) => cache.Holds(id)
        ? transaction.Statement(SelectVersion).Bind("$account", id)
            .ReadOne(row => cache.Take(id, row.Number(0)!.Value, Instant.FromMicroseconds(row.Number(1)!.Value)))
        : null;

    private static Tombstone ToTombstone(string id, SqliteStatement row) => new(
        id,
        Instant.FromMicroseconds(row.Number(0)!.Value),
        row.Number(1) == 1,
        row.TextOrNull(2) is { } table ? new LaneRow(table, row.Number(3) ?? 0) : null,
        Tombstone.FromColumn(row.TextOrNull(4)));

    private static AccountRecord ToRecord(string id, SqliteStatement row) => new StateColumns
    {
        Id = id,
        Profile = row.Bytes(0),
        Segment = row.Text(1),
        Phase = row.Text(2),
        CreatedAt = Instant.FromMicroseconds(row.Number(3)!.Value),
        Version = row.Number(4)!.Value,
        Figures = row.Bytes(5),
        FormerMemory = row.Bytes(6),
        Memory = row.Bytes(18),
        EvaluatedAt = row.Number(7) is { } evaluated ? Instant.FromMicroseconds(evaluated) : null,
        DueAt = ToInstant(row.Number(17)),
        RestateFrom = row.Number(8),
        ParkedError = row.TextOrNull(9),
        Listed = row.Number(10) is null ? null : ToListed(row),
    }.ToRecord();

    private static ListedTerms ToListed(SqliteStatement row) => new(
        SqlTypes.FromTenThousandths(row.Number(11)),
        SqlTypes.FromTenThousandths(row.Number(12)),
        row.TextOrNull(13) ?? "",
        (int?)row.Number(14),
        ToInstant(row.Number(15)),
        ToInstant(row.Number(16)));

    private static DateTimeOffset? ToInstant(long? microseconds) => microseconds is { } number ? Instant.FromMicroseconds(number) : null;
}
