using System.Data.Common;
using Dapper;
using HealthApi.Core.Accounts;
using HealthApi.Core.Evaluation;
using HealthApi.Core.History;
using HealthApi.Core.Primitives;
using HealthApi.Infrastructure.Accounts;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Events;

namespace HealthApi.Infrastructure.History;

/// <summary>An account's history from <see cref="FromDay"/> to the day before <see cref="ToDay"/>, in days since 1970-01-01.</summary>
internal sealed record HistorySpan(string AccountId, int FromDay, int ToDay, IReadOnlyList<DayStanding> Days);

/// <summary>
/// The daily history. A row holds the account's standing from its day on until the day of the next row. Late events mark the first day that
/// they change. The days from there on are derived again from the event log: at once for a reader, in the background for the store.
/// </summary>
public sealed class HistoryStore(IDatabase database, AccountLog log)
{
    private const string Columns =
        "day AS Day, at AS At, score AS Score, category AS Category, risk_score AS RiskScore, risk_level AS RiskLevel";

    private const string SelectRange = "SELECT " + Columns
        + " FROM score_history WHERE account_id = @AccountId AND day <= @ToDay ORDER BY day";

    // The first day to restate: the earlier one of the day from which a worker is restating and the day that later events have marked.
    private const string SelectRestate = """
        SELECT MIN(m.day) FROM (
            SELECT restate_from AS day FROM account_states WHERE account_id = @AccountId
            UNION ALL SELECT from_day FROM account_restatements WHERE account_id = @AccountId) AS m
        """;

    private const string CountPending = """
        SELECT COUNT(*) FROM (
            SELECT account_id FROM account_states WHERE restate_from IS NOT NULL AND parked_at IS NULL
            UNION SELECT r.account_id FROM account_restatements AS r JOIN account_states AS s ON s.account_id = r.account_id
                WHERE s.parked_at IS NULL) AS p
        """;

    private static readonly SqlText Replace = new(
        """
        DELETE FROM score_history WHERE (account_id, day) IN (
            SELECT h.account_id, h.day FROM json_each(@Spans) AS s
            JOIN score_history AS h ON h.account_id = s.value ->> 'accountId' AND h.day >= s.value ->> 'fromDay'
                AND h.day < s.value ->> 'toDay');
        INSERT INTO score_history (account_id, day, at, score, category, risk_score, risk_level)
        SELECT d.value ->> 'accountId', d.value ->> 'day', d.value ->> 'at', d.value ->> 'score', d.value ->> 'category',
            d.value ->> 'riskScore', d.value ->> 'riskLevel'
        FROM json_each(@Days) AS d;
        """,
        """
        DELETE score_history FROM score_history, OPENJSON(@Spans) WITH (accountId nvarchar(128) '$.accountId', fromDay bigint '$.fromDay',
            toDay bigint '$.toDay') AS s
        WHERE score_history.account_id = s.accountId COLLATE Latin1_General_100_BIN2 AND score_history.day >= s.fromDay
            AND score_history.day < s.toDay;
        INSERT INTO score_history (account_id, day, at, score, category, risk_score, risk_level)
        SELECT d.accountId, d.day, d.at, d.score, d.category, d.riskScore, d.riskLevel
        FROM OPENJSON(@Days) WITH (
            accountId nvarchar(128) '$.accountId', day bigint, at datetime2(6), score float, category nvarchar(64),
                riskScore float '$.riskScore', riskLevel nvarchar(64) '$.riskLevel') AS d;
        """);

    /// <summary>The account's rows up to and including <paramref name="toDay"/>, with the effect of late events.</summary>
    public async Task<IReadOnlyList<DayStanding>> ReadAsync(
        Account account, EvaluationPolicy policy, DateTimeOffset now, int toDay, CancellationToken cancellation)
    {
        var (stored, mark) = await database.ReadAsync(
            async connection =>
            {
                var rows = await connection.QueryAsync<DayRow>(SelectRange, new { AccountId = account.Id, ToDay = toDay });
                var read = rows.Select(row => row.ToStanding()).ToList();
                return (read, await connection.ExecuteScalarAsync<int?>(SelectRestate, new { AccountId = account.Id }));
            },
            cancellation);
        if (mark is not { } fromDay) return stored;
        var derived = await DeriveAsync(account, policy, fromDay, now, patient: false, cancellation);
        var first = derived.FirstDay ?? fromDay;
        return
        [
            .. stored.Where(row => row.Day < first), .. derived.Complete().Where(row => row.Day <= toDay),
                .. stored.Where(row => row.Day >= now.ToDay() && row.Day >= first),
        ];
    }

    /// <summary>The number of accounts whose history must be restated, without parked accounts.</summary>
    public Task<long> CountPendingAsync(CancellationToken cancellation) =>
        database.ReadAsync(connection => connection.ExecuteScalarAsync<long>(CountPending), cancellation);

    /// <summary>Derives the days from <paramref name="fromDay"/> to yesterday from the event log.</summary>
    internal async Task<HistoryFold> DeriveAsync(
        Account account, EvaluationPolicy policy, int fromDay, DateTimeOffset now, bool patient, CancellationToken cancellation)
    {
        var past = await database.ReadAsync(connection => AccountPasts.LoadAsync(connection, null, account), cancellation);
        return await log.FoldAsync(
            account.Id, FoldStart.At(Instant.FromDay(fromDay)), now,
            baseline => new HistoryFold(baseline, past, policy, fromDay, now.ToDay()), cancellation, patient);
    }

    /// <summary>Replaces the stored rows of each span by its days.</summary>
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
