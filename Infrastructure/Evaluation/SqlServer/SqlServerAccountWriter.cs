using System.Data;
using System.Data.Common;
using Dapper;
using HealthApi.Core.Primitives;
using HealthApi.Infrastructure.Accounts;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Database.SqlServer;
using Microsoft.Data.SqlClient.Server;

namespace HealthApi.Infrastructure.Evaluation.SqlServer;

/// <summary>
/// Writes the evaluations of a transaction: new accounts, changed listing columns, states (only at the version that was read) and today's
/// history.
/// </summary>
internal static class SqlServerAccountWriter
{
    private const string RowsType = "account_state_rows_compact";

    private const string ListingRows = """
        OPENJSON(@Listings) WITH (
            id nvarchar(128), name nvarchar(200), segment nvarchar(64), phase nvarchar(64), arr decimal(19,4), mrr decimal(19,4),
            currency nvarchar(3), licences bigint, renewalDate datetime2(6) '$.renewalDate', churnedAt datetime2(6) '$.churnedAt',
                terms bigint,
            profile nvarchar(max), createdAt datetime2(6) '$.createdAt', isNew bit '$.isNew') AS l
        """;

    private const string HistoryRows = """
        OPENJSON(@History) WITH (
            accountId nvarchar(128) '$.accountId', day bigint, at datetime2(6), score float, category nvarchar(64),
                riskScore float '$.riskScore', riskLevel nvarchar(64) '$.riskLevel') AS h
        """;

    /// <summary>
    /// All statements in one round trip. States whose indexed columns keep their values are written by a statement of their own, which
    /// names none of these columns and so touches no index; their version has then changed, so that the next statement leaves them out.
    /// INTERSECT compares missing values as equal. Returns the number of states that were written.
    /// </summary>
    private const string Save =
        """
        DECLARE @written bigint = 0;

        INSERT INTO accounts (id, name, segment, phase, arr, mrr, currency, licences, renewal_date, churned_at, terms_version, profile,
            version, created_at, updated_at)
        SELECT l.id, l.name, l.segment, l.phase, l.arr, l.mrr, l.currency, l.licences, l.renewalDate, l.churnedAt, l.terms, l.profile, 1,
            l.createdAt, l.createdAt
        FROM
        """ + " " + ListingRows + """
         WHERE l.isNew = 1;

        UPDATE accounts SET segment = l.segment, phase = l.phase, arr = l.arr, mrr = l.mrr, currency = l.currency, licences = l.licences,
            renewal_date = l.renewalDate, churned_at = l.churnedAt, terms_version = l.terms
        FROM accounts,
        """ + " " + ListingRows + """
         WHERE l.isNew = 0 AND accounts.id = l.id COLLATE Latin1_General_100_BIN2;

        UPDATE account_states SET version = s.known_version + 1, figures = s.figures, memory = '-',
            memory_bytes = s.memory_bytes, evaluated_at = s.evaluated_at, restate_from = s.restate_from
        FROM account_states WITH (FORCESEEK), @States AS s
        WHERE account_states.account_id = s.account_id AND account_states.version = s.known_version AND s.known_version > 0
            AND EXISTS (
                SELECT s.score, s.category, s.previous_category, s.risk_score, s.risk_level, s.due_at
                INTERSECT
                SELECT account_states.score, account_states.category, account_states.previous_category, account_states.risk_score,
                    account_states.risk_level, account_states.due_at);
        SET @written = @@ROWCOUNT;

        UPDATE account_states SET version = s.known_version + 1, figures = s.figures, memory = '-',
            memory_bytes = s.memory_bytes, score = s.score, category = s.category,
            previous_category = s.previous_category, risk_score = s.risk_score, risk_level = s.risk_level, evaluated_at = s.evaluated_at,
            due_at = s.due_at, restate_from = s.restate_from
        FROM account_states WITH (FORCESEEK), @States AS s
        WHERE account_states.account_id = s.account_id AND account_states.version = s.known_version AND s.known_version > 0;
        SET @written = @written + @@ROWCOUNT;

        INSERT INTO account_states (account_id, version, figures, memory, memory_bytes, score, category, previous_category, risk_score,
            risk_level, evaluated_at, due_at, restate_from)
        SELECT s.account_id, 1, s.figures, '-', s.memory_bytes, s.score, s.category, s.previous_category, s.risk_score, s.risk_level,
            s.evaluated_at, s.due_at, s.restate_from
        FROM @States AS s WHERE s.known_version = 0;
        SET @written = @written + @@ROWCOUNT;

        INSERT INTO score_history (account_id, day, at, score, category, risk_score, risk_level)
        SELECT h.accountId, h.day, h.at, h.score, h.category, h.riskScore, h.riskLevel
        FROM
        """ + " " + HistoryRows + """
         WHERE NOT EXISTS (
            SELECT 1 FROM score_history WHERE score_history.account_id = h.accountId COLLATE Latin1_General_100_BIN2
                AND score_history.day = h.day);

        UPDATE score_history SET at = h.at, score = h.score, category = h.category, risk_score = h.riskScore, risk_level = h.riskLevel
        FROM score_history,
        """ + " " + HistoryRows + """
         WHERE score_history.account_id = h.accountId COLLATE Latin1_General_100_BIN2 AND score_history.day = h.day;

        SELECT @written;
        """;

    private static readonly SqlMetaData[] Columns =
    [
        TableRows.Text("account_id", 128), new("known_version", SqlDbType.BigInt), TableRows.Bytes("figures"),
        TableRows.Bytes("memory_bytes"),
        new("score", SqlDbType.Float), TableRows.Text("category", 64), TableRows.Text("previous_category", 64),
        new("risk_score", SqlDbType.Float),
        TableRows.Text("risk_level", 64), TableRows.Instant("evaluated_at"), TableRows.Instant("due_at"),
        new("restate_from", SqlDbType.BigInt),
    ];

    public static async Task SaveAsync(DbTransaction transaction, IReadOnlyList<AccountChange> changes)
    {
        if (changes.Count == 0) return;
        var connection = transaction.Connection!;
        AccountChange[] ordered = [.. changes.OrderBy(change => change.Before.Account.Id, StringComparer.Ordinal)];
        var parameters = new
        {
            Listings = JsonRows.Of(connection, ordered.Where(change => change.ListingMoved).Select(ListingRow)),
            States = TableRows.Of(RowsType, ordered.Select(StateRecord)),
            History = JsonRows.Of(connection, ordered.Where(change => change.HistoryMoved).Select(HistoryRow)),
        };
        var written = await connection.ExecuteScalarAsync<long>(Save, parameters, transaction);
        if (written != changes.Count) throw new DBConcurrencyException("An account's state changed since it was loaded.");
    }

    private static object ListingRow(AccountChange change)
    {
        var (before, standing, terms) = (change.Before, change.Evaluation.Standing, ListedTerms.Of(change.Evaluation.Standing.Account));
        return new
        {
            before.Account.Id,
            before.Account.Name,
            standing.Segment,
            standing.Phase,
            terms.Arr,
            terms.Mrr,
            terms.Currency,
            terms.Licences,
            terms.RenewalDate,
            terms.ChurnedAt,
            Terms = ListedTerms.Version,
            Profile = change.IsNew ? AccountColumns.ToProfile(before.Account) : null,
            before.CreatedAt,
            change.IsNew,
        };
    }

    private static object HistoryRow(AccountChange change)
    {
        var standing = change.Evaluation.Standing;
        return new
        {
            AccountId = standing.Account.Id,
            Day = standing.AsOf.ToDay(),
            At = standing.AsOf,
            standing.Health.Score,
            standing.Health.Category,
            RiskScore = standing.Risk.Score,
            RiskLevel = standing.Risk.Level,
        };
    }

    private static SqlDataRecord StateRecord(AccountChange change)
    {
        var (record, memory) = (new SqlDataRecord(Columns), change.Evaluation.Memory);
        var bytes = memory.ToBytes();
        record.SetString(0, change.Before.Account.Id);
        record.SetInt64(1, change.Before.Version);
        record.SetBytes(2, 0, change.Figures, 0, change.Figures.Length);
        record.SetBytes(3, 0, bytes, 0, bytes.Length);
        record.SetScore(4, memory.Score);
        record.SetString(5, memory.Category);
        record.SetText(6, memory.PreviousCategory);
        record.SetDouble(7, memory.RiskScore);
        record.SetString(8, memory.RiskLevel);
        record.SetInstant(9, change.Evaluation.Standing.AsOf);
        record.SetInstant(10, change.DueAt);
        record.SetNumber(11, change.RestateFrom);
        return record;
    }
}
