using System.Data;
using System.Data.Common;
using Dapper;
using HealthApi.Core;
using HealthApi.Core.Accounts;
using HealthApi.Core.Scoring;
using HealthApi.Infrastructure.Accounts;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Events;

namespace HealthApi.Infrastructure.Scoring;

/// <summary>An account's history from a day on to before another.</summary>
internal sealed record HistorySpan(string AccountId, int FromDay, int ToDay, IReadOnlyList<DayStanding> Days);

/// <summary>
/// The daily history. A row says how the account stood from that day on, until the next row. Late events mark the days they change; those
/// are told again from the event log, at once for a reader and in the background for the store.
/// </summary>
public sealed class HistoryStore(IDatabase database)
{
    private const string Columns = "day AS Day, at AS At, score AS Score, category AS Category, risk_score AS RiskScore, risk_level AS RiskLevel";

    private const string SelectRange = "SELECT " + Columns + " FROM score_history WHERE account_id = @AccountId AND day <= @ToDay ORDER BY day";

    private const string SelectRestate = "SELECT restate_from FROM account_states WHERE account_id = @AccountId";

    private static readonly SqlText SelectToRestate = new(
        "SELECT restate_from AS RestateFrom, version AS Version FROM account_states WHERE account_id = @AccountId AND restate_from IS NOT NULL",
        "SELECT restate_from AS RestateFrom, version AS Version FROM account_states WITH (UPDLOCK, ROWLOCK) WHERE account_id = @AccountId AND restate_from IS NOT NULL");

    private static readonly SqlText SelectPending = new(
        "SELECT account_id FROM account_states WHERE restate_from IS NOT NULL AND parked_at IS NULL ORDER BY restate_from LIMIT 1",
        "SELECT TOP (1) account_id FROM account_states WITH (UPDLOCK, READPAST, ROWLOCK) WHERE restate_from IS NOT NULL AND parked_at IS NULL ORDER BY restate_from");

    private const string CountPending = "SELECT COUNT(*) FROM account_states WHERE restate_from IS NOT NULL AND parked_at IS NULL";

    private const string SelectProfile = "SELECT profile FROM accounts WHERE id = @AccountId";

    private static readonly SqlText Replace = new(
        """
        DELETE FROM score_history WHERE (account_id, day) IN (
            SELECT h.account_id, h.day FROM json_each(@Spans) AS s
            JOIN score_history AS h ON h.account_id = s.value ->> 'accountId' AND h.day >= s.value ->> 'fromDay' AND h.day < s.value ->> 'toDay');
        INSERT INTO score_history (account_id, day, at, score, category, risk_score, risk_level)
        SELECT d.value ->> 'accountId', d.value ->> 'day', d.value ->> 'at', d.value ->> 'score', d.value ->> 'category', d.value ->> 'riskScore', d.value ->> 'riskLevel'
        FROM json_each(@Days) AS d;
        """,
        """
        DELETE score_history FROM score_history, OPENJSON(@Spans) WITH (accountId nvarchar(128) '$.accountId', fromDay bigint '$.fromDay', toDay bigint '$.toDay') AS s
        WHERE score_history.account_id = s.accountId COLLATE Latin1_General_100_BIN2 AND score_history.day >= s.fromDay AND score_history.day < s.toDay;
        INSERT INTO score_history (account_id, day, at, score, category, risk_score, risk_level)
        SELECT d.accountId, d.day, d.at, d.score, d.category, d.riskScore, d.riskLevel
        FROM OPENJSON(@Days) WITH (
            accountId nvarchar(128) '$.accountId', day bigint, at datetime2(6), score float, category nvarchar(64), riskScore float '$.riskScore', riskLevel nvarchar(64) '$.riskLevel') AS d;
        """);

    // An event that came in meanwhile has raised the version: then the account is told once more, with that event.
    private const string ClearRestate = """
        UPDATE account_states SET restate_from = NULL, version = version + 1 WHERE account_id = @AccountId AND version = @Version
        """;

    /// <summary>The account's rows up to and with <paramref name="toDay"/>, as they are known now; late events are in them.</summary>
    public Task<IReadOnlyList<DayStanding>> ReadAsync(Account account, EvaluationPolicy policy, DateTimeOffset now, int toDay, CancellationToken cancellation) =>
        database.ReadAsync<IReadOnlyList<DayStanding>>(
            async connection =>
            {
                var rows = await connection.QueryAsync<DayRow>(SelectRange, new { AccountId = account.Id, ToDay = toDay });
                var stored = rows.Select(row => row.ToStanding()).ToList();
                if (await connection.ExecuteScalarAsync<int?>(SelectRestate, new { AccountId = account.Id }) is not { } fromDay) return stored;
                var restated = await ReplayAsync(connection, null, account, policy, fromDay, now);
                return [.. stored.Where(row => row.Day < fromDay), .. restated.Where(row => row.Day <= toDay), .. stored.Where(row => row.Day >= now.ToDay())];
            },
            cancellation);

    /// <summary>How many accounts have days that late events have changed and that are not told again yet.</summary>
    public Task<long> CountPendingAsync(CancellationToken cancellation) =>
        database.ReadAsync(connection => connection.ExecuteScalarAsync<long>(CountPending), cancellation);

    /// <summary>Writes the restated history of one account that late events have touched; false where there is none.</summary>
    public async Task<bool> RestateOneAsync(EvaluationPolicy policy, DateTimeOffset now, CancellationToken cancellation)
    {
        var accountId = await database.ReadAsync(connection => connection.ExecuteScalarAsync<string?>(SelectPending.For(connection)), cancellation);
        return accountId is not null && await database.WriteAsync(
            async transaction =>
            {
                await RestateAsync(transaction, accountId, policy, now);
                return true;
            },
            cancellation);
    }

    private static async Task RestateAsync(DbTransaction transaction, string accountId, EvaluationPolicy policy, DateTimeOffset now)
    {
        var connection = transaction.Connection!;
        var marked = await connection.QuerySingleOrDefaultAsync<MarkedRow>(SelectToRestate.For(connection), new { AccountId = accountId }, transaction);
        var profile = await connection.ExecuteScalarAsync<string?>(SelectProfile, new { AccountId = accountId }, transaction);
        if (marked is null || profile is null) return;
        var days = await ReplayAsync(connection, transaction, AccountColumns.FromProfile(profile), policy, (int)marked.RestateFrom, now);
        await ReplaceAsync(transaction, [new HistorySpan(accountId, (int)marked.RestateFrom, now.ToDay(), days)]);
        var cleared = await connection.ExecuteAsync(ClearRestate, new { AccountId = accountId, marked.Version }, transaction);
        if (cleared == 0) throw new DBConcurrencyException("The account has changed while its history was told again.");
    }

    /// <summary>Puts the rows of each span in the place of those from its first day on to before its last.</summary>
    internal static async Task ReplaceAsync(DbTransaction transaction, IReadOnlyCollection<HistorySpan> spans)
    {
        var connection = transaction.Connection!;
        var parameters = new
        {
            Spans = JsonRows.Of(connection, spans.Select(span => new { span.AccountId, span.FromDay, span.ToDay })),
            Days = JsonRows.Of(connection, spans.SelectMany(span => span.Days.Select(day => DayRow.Of(span.AccountId, day)))),
        };
        await connection.ExecuteAsync(Replace.For(connection), parameters, transaction);
    }

    private static async Task<IReadOnlyList<DayStanding>> ReplayAsync(
        DbConnection connection, DbTransaction? transaction, Account account, EvaluationPolicy policy, int fromDay, DateTimeOffset now)
    {
        var events = await EventLog.ReadAsync(connection, transaction, account.Id, now);
        var past = await AccountPasts.LoadAsync(connection, transaction, account);
        return HistoryReplay.Run(events, past, policy, fromDay, now.ToDay());
    }

    private sealed record MarkedRow
    {
        public long RestateFrom { get; init; }

        public long Version { get; init; }
    }

    private sealed record DayRow
    {
        public string AccountId { get; init; } = "";

        public long Day { get; init; }

        public DateTimeOffset At { get; init; }

        public double? Score { get; init; }

        public string Category { get; init; } = "";

        public double RiskScore { get; init; }

        public string RiskLevel { get; init; } = "";

        public static DayRow Of(string accountId, DayStanding day) => new()
        {
            AccountId = accountId,
            Day = day.Day,
            At = day.At,
            Score = day.Score,
            Category = day.Category,
            RiskScore = day.RiskScore,
            RiskLevel = day.RiskLevel,
        };

        public DayStanding ToStanding() => new((int)Day, At, Score, Category, RiskScore, RiskLevel);
    }
}
