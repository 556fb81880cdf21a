using System.Data;
using System.Data.Common;
using System.Text;
using Dapper;
using HealthApi.Core.Events;
using HealthApi.Core.Thresholds;
using HealthApi.Infrastructure.Accounts;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Evaluation.Writing;
using HealthApi.Infrastructure.Events;
using HealthApi.Infrastructure.Lanes;

namespace HealthApi.Infrastructure.Evaluation.SqlServer;

/// <summary>
/// One round trip per step, for any number of rows: events and states are sent as table-valued parameters, the rest as JSON. An account's
/// state row is its lock. A row is replaced only if it still has the version that was read, so correctness does not depend on the lock
/// hints.
/// </summary>
internal sealed class SqlServerEvaluationSql : IEvaluationSql
{
    // The state rows are locked first. Only a second statement, after the lock, sees the profiles that the previous holder has committed.
    private const string Load = AccountSql.SortedIds + "SELECT " + States + AccountSql.LockedStates + Profiles;

    // The states are read first: a profile that is newer than its state has raised the state's version.
    private const string Read = AccountSql.SortedIds + "SELECT " + States
        + "@sorted AS i INNER LOOP JOIN account_states AS s WITH (FORCESEEK) ON s.account_id = i.id" + Profiles;

    private const string LockUnchanged = AccountSql.SortedIds + """
        SELECT s.account_id AS Id, s.version AS Version
        FROM @sorted AS i INNER LOOP JOIN account_states AS s WITH (UPDLOCK, ROWLOCK, READPAST, FORCESEEK) ON s.account_id = i.id
        ORDER BY i.id;

        SELECT a.id AS Id, a.created_at AS CreatedAt FROM accounts AS a
        WHERE a.id IN (SELECT j.v COLLATE Latin1_General_100_BIN2 FROM OPENJSON(@Ids) WITH (v nvarchar(128) '$') AS j);
        """;

    private const string States = """
        s.account_id AS Id, s.version AS Version, s.figures AS Figures, s.memory_bytes AS Memory, s.memory AS FormerMemory,
            s.evaluated_at AS EvaluatedAt, s.due_at AS DueAt, s.restate_from AS RestateFrom,
            s.parked_error AS ParkedError
        FROM
        """ + " ";

    private const string Profiles = """
         ORDER BY i.id;

        SELECT a.id AS Id, a.profile AS Profile, a.segment AS Segment, a.phase AS Phase, a.created_at AS CreatedAt,
            a.terms_version AS TermsVersion,
            a.arr AS Arr, a.mrr AS Mrr, a.currency AS Currency, a.licences AS Licences, a.renewal_date AS RenewalDate,
                a.churned_at AS ChurnedAt
        FROM accounts AS a
        WHERE a.id IN (SELECT j.v COLLATE Latin1_General_100_BIN2 FROM OPENJSON(@Ids) WITH (v nvarchar(128) '$') AS j);
        """;

    // HOLDLOCK keeps the key range locked, so that an account that Load did not find cannot be created and erased before this transaction
    // commits.
    private const string SelectErasures = """
        SELECT account_id AS AccountId, erased_at AS ErasedAt, erasing AS Erasing, lane_table AS LaneTable, lane_row AS LaneRow,
            markers AS Markers
        FROM erasures WITH (HOLDLOCK)
        WHERE account_id IN (SELECT j.v COLLATE Latin1_General_100_BIN2 FROM OPENJSON(@Ids) WITH (v nvarchar(128) '$') AS j)
        """;

    // A crossing that exists stays as it is.
    private const string AppendCrossings = """
        INSERT INTO crossings (id, account_id, sequence, at, metric, threshold, direction, data)
        SELECT c.id, c.accountId, c.sequence, c.at, c.metric, c.threshold, c.direction, c.data
        FROM OPENJSON(@Rows) WITH (
            id nvarchar(128), accountId nvarchar(128) '$.accountId', sequence bigint, at datetime2(6), metric nvarchar(64),
                threshold nvarchar(200),
            direction nvarchar(64), data nvarchar(max)) AS c
        WHERE NOT EXISTS (SELECT 1 FROM crossings WHERE crossings.id = c.id COLLATE Latin1_General_100_BIN2);
        """;

    // A missing row is inserted with 0 first, and then every row is updated. Where two transactions need the same new row, the second waits
    // for the first or runs again after a unique key violation, and both are counted. Updating first would lose the count of the second.
    // The part is the first column of the key, so that no row of another lane is read or waited for.
    private const string Count = """
        INSERT INTO ingestion_counts (name, part, value)
        SELECT c.name, @Part, 0 FROM OPENJSON(@Counters) WITH (name nvarchar(128), value bigint) AS c
        WHERE NOT EXISTS (
            SELECT 1 FROM ingestion_counts WITH (UPDLOCK) WHERE ingestion_counts.part = @Part
                AND ingestion_counts.name = c.name COLLATE Latin1_General_100_BIN2);
        UPDATE ingestion_counts SET value = ingestion_counts.value + c.value
        FROM ingestion_counts, OPENJSON(@Counters) WITH (name nvarchar(128), value bigint) AS c
        WHERE ingestion_counts.part = @Part AND ingestion_counts.name = c.name COLLATE Latin1_General_100_BIN2;

        INSERT INTO ingestion_source_counts (source, part, events, last_occurred_at, last_received_at)
        SELECT s.source, @Part, 0, s.occurredAt, s.receivedAt
        FROM OPENJSON(@Sources) WITH (source nvarchar(128), events bigint, occurredAt datetime2(6) '$.occurredAt',
            receivedAt datetime2(6) '$.receivedAt') AS s
        WHERE NOT EXISTS (
            SELECT 1 FROM ingestion_source_counts AS c WITH (UPDLOCK) WHERE c.part = @Part
                AND c.source = s.source COLLATE Latin1_General_100_BIN2);
        UPDATE ingestion_source_counts SET events = ingestion_source_counts.events + s.events,
            last_occurred_at = CASE WHEN s.occurredAt > last_occurred_at THEN s.occurredAt ELSE last_occurred_at END,
            last_received_at = CASE WHEN s.receivedAt > last_received_at THEN s.receivedAt ELSE last_received_at END
        FROM ingestion_source_counts, OPENJSON(@Sources) WITH (source nvarchar(128), events bigint, occurredAt datetime2(6) '$.occurredAt',
            receivedAt datetime2(6) '$.receivedAt') AS s
        WHERE ingestion_source_counts.part = @Part AND ingestion_source_counts.source = s.source COLLATE Latin1_General_100_BIN2;
        """;

    public Task<IReadOnlyList<EventFate>> InsertIfAbsentAsync(DbTransaction transaction, IReadOnlyList<EventEnvelope> events) =>
        SqlServerEventWriter.InsertIfAbsentAsync(transaction, events);

    public Task<IReadOnlyDictionary<string, AccountRecord>> LoadAsync(
        DbTransaction transaction, IReadOnlyCollection<string> accountIds) =>
        RecordsAsync(Load, transaction.Connection!, transaction, accountIds);

    public Task<IReadOnlyDictionary<string, AccountRecord>> ReadAsync(DbConnection connection, IReadOnlyCollection<string> accountIds) =>
        RecordsAsync(Read, connection, null, accountIds);

    public async Task<IReadOnlySet<string>> LockUnchangedAsync(DbTransaction transaction, IReadOnlyCollection<AccountRecord> records)
    {
        var connection = transaction.Connection!;
        await using var results = await connection.QueryMultipleAsync(
            LockUnchanged, new { Ids = JsonRows.Of(connection, records.Select(record => record.Account.Id)) }, transaction);
        var states = (await results.ReadAsync<StateRow>()).ToDictionary(row => row.Id, row => row.Version, StringComparer.Ordinal);
        var created = (await results.ReadAsync<ProfileRow>()).ToDictionary(row => row.Id, row => row.CreatedAt, StringComparer.Ordinal);
        return records.Where(record => states.TryGetValue(record.Account.Id, out var version) && version == record.Version
                && created.TryGetValue(record.Account.Id, out var at) && at == record.CreatedAt)
            .Select(record => record.Account.Id).ToHashSet(StringComparer.Ordinal);
    }

    private static async Task<IReadOnlyDictionary<string, AccountRecord>> RecordsAsync(
        string sql, DbConnection connection, DbTransaction? transaction, IReadOnlyCollection<string> accountIds)
    {
        await using var results = await connection.QueryMultipleAsync(
            sql, new { Ids = JsonRows.Of(connection, accountIds.Order(StringComparer.Ordinal)) }, transaction);
        var states = (await results.ReadAsync<StateRow>()).ToDictionary(row => row.Id, StringComparer.Ordinal);
        var profiles = await results.ReadAsync<ProfileRow>();
        return profiles.Where(profile => states.ContainsKey(profile.Id))
            .ToDictionary(profile => profile.Id, profile => states[profile.Id].ToRecord(profile), StringComparer.Ordinal);
    }

    public async Task<IReadOnlyDictionary<string, Tombstone>> TombstonesAsync(
        DbTransaction transaction, IReadOnlyCollection<string> accountIds)
    {
        var connection = transaction.Connection!;
        var rows = await connection.QueryAsync<ErasureRow>(SelectErasures, new { Ids = JsonRows.Of(connection, accountIds) }, transaction);
        return rows.ToDictionary(row => row.AccountId, row => row.ToTombstone(), StringComparer.Ordinal);
    }

    public Task SaveAsync(DbTransaction transaction, IReadOnlyList<AccountChange> changes) =>
        SqlServerAccountWriter.SaveAsync(transaction, changes);

    public async Task AppendCrossingsAsync(DbTransaction transaction, IReadOnlyList<Crossing> crossings)
    {
        var rows = crossings.Select(crossing => new
        {
            crossing.Id,
            crossing.AccountId,
            crossing.Sequence,
            crossing.At,
            Metric = CrossingJson.Wire(crossing.Metric),
            crossing.Threshold,
            Direction = CrossingJson.Wire(crossing.Direction),
            Data = CrossingJson.ToStored(crossing),
        });
        await transaction.Connection!.ExecuteAsync(AppendCrossings, new { Rows = JsonRows.Of(transaction.Connection!, rows) }, transaction);
    }

    public async Task CountAsync(DbTransaction transaction, IReadOnlyList<EventEnvelope> events, IReadOnlyList<EventFate> fates)
    {
        if (events.Count == 0) return;
        var connection = transaction.Connection!;
        var counters = fates.CountBy(fate => fate).OrderBy(fate => fate.Key)
            .Select(fate => new { Name = IngestionCounters.Name(fate.Key), fate.Value });
        var sources = events.GroupBy(envelope => envelope.Source, StringComparer.Ordinal)
            .OrderBy(source => source.Key, StringComparer.Ordinal).Select(source => new
            {
                Source = source.Key,
                Events = source.Count(),
                OccurredAt = source.Max(envelope => envelope.OccurredAt),
                ReceivedAt = source.Max(envelope => envelope.ReceivedAt),
            });
        var parameters = new
        {
            Part = IngestionCounters.Part(events[0].AccountId),
            Counters = JsonRows.Of(connection, counters),
            Sources = JsonRows.Of(connection, sources)
        };
        await connection.ExecuteAsync(Count, parameters, transaction);
    }

    private sealed record StateRow
    {
        public string Id { get; init; } = "";

        public long Version { get; init; }

        public byte[] Figures { get; init; } = [];

        public byte[]? Memory { get; init; }

        public string FormerMemory { get; init; } = "";

        public DateTimeOffset? EvaluatedAt { get; init; }

        public DateTimeOffset? DueAt { get; init; }

        public long? RestateFrom { get; init; }

        public string? ParkedError { get; init; }

        public AccountRecord ToRecord(ProfileRow profile) => new StateColumns
        {
            Id = profile.Id,
            Profile = Encoding.UTF8.GetBytes(profile.Profile),
            Segment = profile.Segment,
            Phase = profile.Phase,
            Listed = profile.ToListed(),
            CreatedAt = profile.CreatedAt,
            Version = Version,
            Figures = Figures,
            Memory = Memory,
            FormerMemory = Encoding.UTF8.GetBytes(FormerMemory),
            EvaluatedAt = EvaluatedAt,
            DueAt = DueAt,
            RestateFrom = RestateFrom,
            ParkedError = ParkedError,
        }.ToRecord();
    }

    private sealed record ProfileRow
    {
        public string Id { get; init; } = "";

        public string Profile { get; init; } = "";

        public string Segment { get; init; } = "";

        public string Phase { get; init; } = "";

        public DateTimeOffset CreatedAt { get; init; }

        public long? TermsVersion { get; init; }

        public decimal? Arr { get; init; }

        public decimal? Mrr { get; init; }

        public string? Currency { get; init; }

        public long? Licences { get; init; }

        public DateTimeOffset? RenewalDate { get; init; }

        public DateTimeOffset? ChurnedAt { get; init; }

        public ListedTerms? ToListed() =>
            TermsVersion is null ? null : new ListedTerms(Arr, Mrr, Currency ?? "", (int?)Licences, RenewalDate, ChurnedAt);
    }

    private sealed record ErasureRow
    {
        public string AccountId { get; init; } = "";

        public DateTimeOffset ErasedAt { get; init; }

        public bool Erasing { get; init; }

        public string? LaneTable { get; init; }

        public long? LaneRow { get; init; }

        public string? Markers { get; init; }

        public Tombstone ToTombstone() =>
            new(AccountId, ErasedAt, Erasing, LaneTable is null ? null : new LaneRow(LaneTable, LaneRow ?? 0),
                Tombstone.FromColumn(Markers));
    }
}
