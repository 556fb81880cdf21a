using System.Data;
using System.Data.Common;
using HealthApi.Core;
using HealthApi.Core.Scoring;
using HealthApi.Core.Thresholds;
using HealthApi.Infrastructure.Accounts;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Thresholds;

namespace HealthApi.Infrastructure.Processing;

/// <summary>Writes one account's evaluation.</summary>
internal static class SqliteAccountWriter
{
    private const string InsertAccount = """
        INSERT INTO accounts (id, name, segment, phase, profile, version, created_at, updated_at)
        VALUES ($id, $name, $segment, $phase, $profile, 1, $created, $created)
        """;

    private const string UpdateListing = """
        UPDATE accounts SET segment = $segment, phase = $phase, arr = $arr, mrr = $mrr, renewal_date = $renewal WHERE id = $id
        """;

    private const string InsertState = """
        INSERT INTO account_states (account_id, version, figures, memory, score, category, previous_category, risk_score, risk_level, evaluated_at, due_at, restate_from)
        VALUES ($id, $version + 1, $figures, $memory, $score, $category, $previous, $risk, $level, $evaluated, $due, $restate)
        """;

    private const string UpdateState = """
        UPDATE account_states SET version = $version + 1, figures = $figures, memory = $memory, score = $score, category = $category,
            previous_category = $previous, risk_score = $risk, risk_level = $level, evaluated_at = $evaluated, due_at = $due, restate_from = $restate
        WHERE account_id = $id AND version = $version
        """;

    /// <summary>Nothing that an index sorts by has changed, so no index entry is touched but the due time's.</summary>
    private const string UpdateStateFigures = """
        UPDATE account_states SET version = $version + 1, figures = $figures, memory = $memory, evaluated_at = $evaluated, due_at = $due, restate_from = $restate
        WHERE account_id = $id AND version = $version
        """;

    private const string UpsertHistory = """
        INSERT INTO score_history (account_id, day, at, score, category, risk_score, risk_level)
        VALUES ($id, $day, $at, $score, $category, $risk, $level)
        ON CONFLICT (account_id, day) DO UPDATE SET at = excluded.at, score = excluded.score, category = excluded.category,
            risk_score = excluded.risk_score, risk_level = excluded.risk_level
        """;

    private const string InsertCrossing = """
        INSERT INTO crossings (id, account_id, sequence, at, metric, threshold, direction, resolves, data)
        VALUES ($id, $account, $sequence, $at, $metric, $threshold, $direction, $resolves, $data)
        ON CONFLICT (id) DO NOTHING
        """;

    public static void Save(DbTransaction transaction, AccountChange change)
    {
        var (before, standing) = (change.Before, change.Evaluation.Standing);
        if (before.Version == 0) Insert(transaction, before, standing);
        if (before.Version == 0 || before.Segment != standing.Segment || before.Phase != standing.Phase || before.Account != standing.Account)
            SaveListing(transaction, standing);
        SaveState(transaction, change);
        if (Moved(change) || before.EvaluatedDay != standing.AsOf.ToDay()) SaveHistory(transaction, standing);
    }

    public static void Append(DbTransaction transaction, Crossing crossing) => transaction.Prepared(
        InsertCrossing,
        ("$id", crossing.Id),
        ("$account", crossing.AccountId),
        ("$sequence", crossing.Sequence),
        ("$at", crossing.At.ToMicroseconds()),
        ("$metric", CrossingJson.Wire(crossing.Metric)),
        ("$threshold", crossing.Threshold),
        ("$direction", CrossingJson.Wire(crossing.Direction)),
        ("$resolves", crossing.Resolves),
        ("$data", CrossingJson.ToStored(crossing))).ExecuteNonQuery();

    private static bool Moved(AccountChange change)
    {
        var (memory, next) = (change.Before.Memory, change.Evaluation.Memory);
        return change.Before.Version == 0 || memory.Score != next.Score || memory.Category != next.Category || memory.PreviousCategory != next.PreviousCategory
            || memory.RiskScore != next.RiskScore || memory.RiskLevel != next.RiskLevel;
    }

    private static void Insert(DbTransaction transaction, AccountRecord record, AccountStanding standing) => transaction.Prepared(
        InsertAccount,
        ("$id", record.Account.Id),
        ("$name", record.Account.Name),
        ("$segment", standing.Segment),
        ("$phase", standing.Phase),
        ("$profile", AccountColumns.ToProfile(record.Account)),
        ("$created", record.CreatedAt.ToMicroseconds())).ExecuteNonQuery();

    private static void SaveListing(DbTransaction transaction, AccountStanding standing) => transaction.Prepared(
        UpdateListing,
        ("$segment", standing.Segment),
        ("$phase", standing.Phase),
        ("$arr", AccountColumns.ToMoney(standing.Account.Arr)),
        ("$mrr", AccountColumns.ToMoney(standing.Account.Mrr)),
        ("$renewal", standing.Account.RenewalDate?.ToMicroseconds()),
        ("$id", standing.Account.Id)).ExecuteNonQuery();

    private static void SaveState(DbTransaction transaction, AccountChange change)
    {
        var memory = change.Evaluation.Memory;
        ReadOnlySpan<(string, object?)> figures =
        [
            ("$id", change.Before.Account.Id),
            ("$version", change.Before.Version),
            ("$figures", change.Figures),
            ("$memory", memory.ToJson()),
            ("$evaluated", change.Evaluation.Standing.AsOf.ToMicroseconds()),
            ("$due", change.Evaluation.DueAt?.ToMicroseconds()),
            ("$restate", change.RestateFrom),
        ];
        ReadOnlySpan<(string, object?)> all =
        [
            .. figures,
            ("$score", memory.Score),
            ("$category", memory.Category),
            ("$previous", memory.PreviousCategory),
            ("$risk", memory.RiskScore),
            ("$level", memory.RiskLevel),
        ];
        var command = change.Before.Version == 0 ? transaction.Prepared(InsertState, all)
            : Moved(change) ? transaction.Prepared(UpdateState, all)
            : transaction.Prepared(UpdateStateFigures, figures);
        if (command.ExecuteNonQuery() != 1) throw new DBConcurrencyException($"Account state changed since it was loaded at version {change.Before.Version}.");
    }

    private static void SaveHistory(DbTransaction transaction, AccountStanding standing) => transaction.Prepared(
        UpsertHistory,
        ("$id", standing.Account.Id),
        ("$day", standing.AsOf.ToDay()),
        ("$at", standing.AsOf.ToMicroseconds()),
        ("$score", standing.Health.Score),
        ("$category", standing.Health.Category),
        ("$risk", standing.Risk.Score),
        ("$level", standing.Risk.Level)).ExecuteNonQuery();
}
