using System.Data;
using System.Data.Common;
using HealthApi.Core.Evaluation;
using HealthApi.Core.Primitives;
using HealthApi.Core.Thresholds;
using HealthApi.Infrastructure.Accounts;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Evaluation.Writing;

namespace HealthApi.Infrastructure.Evaluation.Sqlite;

/// <summary>Writes one account's evaluation.</summary>
internal static class SqliteAccountWriter
{
    private const string InsertAccount = """
        INSERT INTO accounts (id, name, segment, phase, arr, mrr, currency, licences, renewal_date, churned_at, terms_version, profile,
            version, created_at, updated_at)
        VALUES ($id, $name, $segment, $phase, $arr, $mrr, $currency, $licences, $renewal, $churned, $terms, $profile, 1, $created, $created)
        """;

    private const string UpdateListing = """
        UPDATE accounts SET segment = $segment, phase = $phase, arr = $arr, mrr = $mrr, currency = $currency, licences = $licences,
            renewal_date = $renewal,
            churned_at = $churned, terms_version = $terms
        WHERE id = $id
        """;

    private const string InsertState = """
        INSERT INTO account_states (account_id, version, figures, memory, memory_bytes, score, category, previous_category, risk_score,
            risk_level, evaluated_at, due_at, restate_from)
        VALUES ($id, $version + 1, $figures, '-', $memory, $score, $category, $previous, $risk, $level, $evaluated, $due, $restate)
        """;

    // An update that names a column touches the column's indexes, even where the value stays. So there is a statement for each combination
    // of the indexed columns that have changed: score, category, risk and due time.
    private static readonly string[] Updates = [.. Enumerable.Range(0, 16).Select(moved =>
        "UPDATE account_states SET version = $version + 1, figures = $figures, memory = '-', memory_bytes = $memory, "
        + "evaluated_at = $evaluated, restate_from = $restate"
        + ((moved & Score) != 0 ? ", score = $score" : "")
        + ((moved & Category) != 0 ? ", category = $category, previous_category = $previous" : "")
        + ((moved & Risk) != 0 ? ", risk_score = $risk, risk_level = $level" : "")
        + ((moved & Due) != 0 ? ", due_at = $due" : "")
        + " WHERE account_id = $id AND version = $version")];

    private const int Score = 1, Category = 2, Risk = 4, Due = 8;

    private const string UpsertHistory = """
        INSERT INTO score_history (account_id, day, at, score, category, risk_score, risk_level)
        VALUES ($id, $day, $at, $score, $category, $risk, $level)
        ON CONFLICT (account_id, day) DO UPDATE SET at = excluded.at, score = excluded.score, category = excluded.category,
            risk_score = excluded.risk_score, risk_level = excluded.risk_level
        """;

    private const string InsertCrossing = """
        INSERT INTO crossings (id, account_id, sequence, at, metric, threshold, direction, data)
        VALUES ($id, $account, $sequence, $at, $metric, $threshold, $direction, $data)
        ON CONFLICT (id) DO NOTHING
        """;

    public static void Save(DbTransaction transaction, AccountChange change)
    {
        var (before, standing) = (change.Before, change.Evaluation.Standing);
        if (change.IsNew) Insert(transaction, before, standing);
        else if (change.ListingMoved) SaveListing(transaction, standing);
        SaveState(transaction, change);
        if (change.HistoryMoved) SaveHistory(transaction, standing);
    }

    public static void Append(DbTransaction transaction, Crossing crossing) => transaction.Statement(InsertCrossing)
        .Bind("$id", crossing.Id)
        .Bind("$account", crossing.AccountId)
        .Bind("$sequence", crossing.Sequence)
        .Bind("$at", crossing.At.ToMicroseconds())
        .Bind("$metric", CrossingJson.Wire(crossing.Metric))
        .Bind("$threshold", crossing.Threshold)
        .Bind("$direction", CrossingJson.Wire(crossing.Direction))
        .Bind("$data", CrossingJson.ToStored(crossing))
        .Execute();

    private static void Insert(DbTransaction transaction, AccountRecord record, AccountStanding standing) =>
        BindListing(transaction.Statement(InsertAccount), standing)
        .Bind("$name", record.Account.Name)
        .Bind("$profile", AccountColumns.ToProfile(record.Account))
        .Bind("$created", record.CreatedAt.ToMicroseconds())
        .Execute();

    private static void SaveListing(DbTransaction transaction, AccountStanding standing) =>
        BindListing(transaction.Statement(UpdateListing), standing).Execute();

    private static SqliteStatement BindListing(SqliteStatement statement, AccountStanding standing)
    {
        var terms = ListedTerms.Of(standing.Account);
        return statement
            .Bind("$id", standing.Account.Id)
            .Bind("$segment", standing.Segment)
            .Bind("$phase", standing.Phase)
            .Bind("$arr", SqlTypes.ToTenThousandths(terms.Arr))
            .Bind("$mrr", SqlTypes.ToTenThousandths(terms.Mrr))
            .Bind("$currency", terms.Currency)
            .Bind("$licences", terms.Licences)
            .Bind("$renewal", terms.RenewalDate?.ToMicroseconds())
            .Bind("$churned", terms.ChurnedAt?.ToMicroseconds())
            .Bind("$terms", ListedTerms.Version);
    }

    /// <summary>The indexed columns of the state that have changed, as bits.</summary>
    private static int Moved(AccountChange change) => (change.ScoreMoved ? Score : 0) | (change.CategoryMoved ? Category : 0)
        | (change.RiskMoved ? Risk : 0) | (change.DueMoved ? Due : 0);

    private static void SaveState(DbTransaction transaction, AccountChange change)
    {
        var (moved, memory) = (Moved(change), change.Evaluation.Memory);
        var statement = transaction.Statement(change.IsNew ? InsertState : Updates[moved]);
        BindFigures(statement, change);
        if ((moved & Score) != 0) statement.Bind("$score", memory.Score);
        if ((moved & Category) != 0) statement.Bind("$category", memory.Category).Bind("$previous", memory.PreviousCategory);
        if ((moved & Risk) != 0) statement.Bind("$risk", memory.RiskScore).Bind("$level", memory.RiskLevel);
        if ((moved & Due) != 0) statement.Bind("$due", change.DueAt?.ToMicroseconds());
        if (statement.Execute() != 1)
            throw new DBConcurrencyException($"Account state changed since it was loaded at version {change.Before.Version}.");
    }

    private static void BindFigures(SqliteStatement statement, AccountChange change) => statement
        .Bind("$id", change.Before.Account.Id)
        .Bind("$version", change.Before.Version)
        .BindBlob("$figures", change.Figures)
        .BindBlob("$memory", change.Evaluation.Memory.ToBytes())
        .Bind("$evaluated", change.Evaluation.Standing.AsOf.ToMicroseconds())
        .Bind("$restate", change.RestateFrom);

    private static void SaveHistory(DbTransaction transaction, AccountStanding standing) => transaction.Statement(UpsertHistory)
        .Bind("$id", standing.Account.Id)
        .Bind("$day", standing.AsOf.ToDay())
        .Bind("$at", standing.AsOf.ToMicroseconds())
        .Bind("$score", standing.Health.Score)
        .Bind("$category", standing.Health.Category)
        .Bind("$risk", standing.Risk.Score)
        .Bind("$level", standing.Risk.Level)
        .Execute();
}
