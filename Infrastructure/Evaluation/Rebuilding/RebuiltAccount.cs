using System.Data;
using System.Data.Common;
using Dapper;
using HealthApi.Core.Accounts;
using HealthApi.Core.Evaluation;
using HealthApi.Core.History;
using HealthApi.Core.Primitives;
using HealthApi.Core.Signals;
using HealthApi.Infrastructure.Accounts;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Events;
using HealthApi.Infrastructure.History;

namespace HealthApi.Infrastructure.Evaluation.Rebuilding;

/// <summary>
/// An account's read models, derived from its baseline and its event log. The log is folded outside of any transaction. Events that arrive
/// meanwhile are applied in the transaction that saves the account, so that the rebuild of a busy account finishes too.
/// </summary>
internal sealed class RebuiltAccount
{
    private static readonly SqlText SelectAccount = new(
        """
        SELECT a.profile AS Profile, a.created_at AS CreatedAt, s.version AS Version, s.memory_bytes AS Memory,
            s.memory AS FormerMemory, s.evaluated_at AS EvaluatedAt,
            s.score AS Score, s.category AS Category, s.previous_category AS PreviousCategory, s.risk_score AS RiskScore,
                s.risk_level AS RiskLevel,
            (SELECT COALESCE(MAX(c.sequence), 0) FROM crossings AS c WHERE c.account_id = a.id) AS Sequence
        FROM accounts AS a JOIN account_states AS s ON s.account_id = a.id WHERE a.id = @Id
        """,
        """
        SELECT a.profile AS Profile, a.created_at AS CreatedAt, s.version AS Version, s.memory_bytes AS Memory,
            s.memory AS FormerMemory, s.evaluated_at AS EvaluatedAt,
            s.score AS Score, s.category AS Category, s.previous_category AS PreviousCategory, s.risk_score AS RiskScore,
                s.risk_level AS RiskLevel,
            (SELECT COALESCE(MAX(c.sequence), 0) FROM crossings AS c WHERE c.account_id = a.id) AS Sequence
        FROM account_states AS s WITH (UPDLOCK, ROWLOCK) JOIN accounts AS a ON a.id = s.account_id WHERE s.account_id = @Id
        """);

    // Transactions that add events of one account run one after the other, so later events have higher numbers.
    private const string SelectLast = "SELECT COALESCE(MAX(seq), 0) FROM events WHERE account_id = @Id";

    private const string EndRestatement = "DELETE FROM account_restatements WHERE account_id = @Id";

    private readonly string _accountId;
    private readonly AccountPast _past;
    private readonly DateTimeOffset _now;
    private readonly long _version, _baseline, _last;
    private readonly byte[] _figures;

    private RebuiltAccount(
        string accountId, RebuildRow row, AccountPast past, long baseline, long last, HistoryFold fold, DateTimeOffset now)
    {
        (_accountId, _version, _past, _baseline, _last, _now) = (accountId, row.Version, past, baseline, last, now);
        History = new HistorySpan(accountId, fold.FirstDay ?? now.ToDay(), now.ToDay(), fold.Complete());
        _figures = fold.Figures.Encode(row.EvaluatedAt ?? now);
        Events = fold.Events;
    }

    /// <summary>The history from the first day that the log covers to yesterday.</summary>
    public HistorySpan History { get; }

    /// <summary>The number of events that were folded.</summary>
    public long Events { get; }

    /// <summary>
    /// Derives the read models; null where the account no longer exists. The versions that <see cref="ChangeAsync"/> compares are read
    /// before the events.
    /// </summary>
    public static async Task<RebuiltAccount?> DeriveAsync(
        IDatabase database, AccountLog log, string accountId, EvaluationPolicy policy, DateTimeOffset now, CancellationToken cancellation)
    {
        var read = await database.ReadAsync<(RebuildRow Row, long Last, AccountPast Past)?>(
            async connection =>
            {
                var row = await connection.QuerySingleOrDefaultAsync<RebuildRow>(SelectAccount.For(connection), new { Id = accountId });
                if (row is null) return null;
                var last = await connection.ExecuteScalarAsync<long>(SelectLast, new { Id = accountId });
                return (row, last, await AccountPasts.LoadAsync(connection, null, AccountColumns.FromProfile(row.Profile)));
            },
            cancellation);
        if (read is not var (state, seq, past)) return null;
        var version = 0L;
        var fold = await log.FoldAsync(
            new AccountLog.Reading(accountId, FoldStart.Beginning, DateTimeOffset.MaxValue, seq),
            (StoredBaseline? stored) =>
            {
                version = stored?.Version ?? 0;
                return new HistoryFold(stored?.Baseline, past, policy, int.MinValue, now.ToDay(), state.EvaluatedAt ?? now);
            },
            patient: true,
            cancellation);
        return new RebuiltAccount(accountId, state, past, version, seq, fold, now);
    }

    /// <summary>The change to write, decided in the transaction that writes it; null where the account no longer exists.</summary>
    /// <exception cref="DBConcurrencyException">Retention has pruned the account since it was read; derive it again.</exception>
    public async Task<RebuiltChange?> ChangeAsync(DbTransaction transaction, EvaluationPolicy policy)
    {
        var connection = transaction.Connection!;
        if (await connection.QuerySingleOrDefaultAsync<RebuildRow>(SelectAccount.For(connection), new { Id = _accountId }, transaction)
            is not { } row)
        {
            return null;
        }

        if (await AccountBaselines.VersionAsync(connection, transaction, _accountId) != _baseline)
            throw new DBConcurrencyException("Retention has pruned the account since its log was read.");
        var figures = AccountFigures.Decode(_figures);
        var restateFrom = row.Version == _version ? null : await ApplyNewEventsAsync(connection, transaction, figures);
        await connection.ExecuteAsync(EndRestatement, new { Id = _accountId }, transaction);
        await AccountCheckpoints.SetAgainAsync(transaction, _accountId);
        return Evaluate(row, AccountColumns.FromProfile(row.Profile), figures, restateFrom, policy);
    }

    /// <summary>Applies the events that have come since the log was read.</summary>
    /// <returns>The first day whose history they change; null where they change none before today.</returns>
    private async Task<int?> ApplyNewEventsAsync(DbConnection connection, DbTransaction transaction, AccountFigures figures)
    {
        var fresh = await LoggedEvents.ReadSinceAsync(connection, transaction, _accountId, _last);
        foreach (var logged in fresh) figures.Apply(logged.Event);
        var days = fresh.Select(logged => logged.Event.OccurredAt.ToDay()).Where(day => day < _now.ToDay()).ToList();
        return days.Count == 0 ? null : days.Min();
    }

    /// <summary>Evaluates at the instant of the last evaluation, because changes by time alone are left to the clockwork.</summary>
    private RebuiltChange Evaluate(RebuildRow row, Account account, AccountFigures figures, int? restateFrom, EvaluationPolicy policy)
    {
        var (asOf, memory) = (row.EvaluatedAt ?? _now, row.ToMemory(_past));
        var evaluation = AccountEvaluator.EvaluateRebuilt(figures, account, row.CreatedAt, memory, policy, asOf);
        var change = new AccountChange(Before(row, account), evaluation, figures.Encode(asOf), restateFrom);
        return new RebuiltChange(change, evaluation.Memory.StandsAs(memory));
    }

    /// <summary>The previous record with nothing but profile and version, so that every column counts as changed and is written.</summary>
    private static AccountRecord Before(RebuildRow row, Account account) => new()
    {
        Account = account,
        CreatedAt = row.CreatedAt,
        Segment = "",
        Phase = "",
        Version = row.Version,
        Figures = new AccountFigures(),
        Memory = AccountMemory.Empty,
        HasUnknownColumns = true,
    };
}

/// <summary>The change that a rebuild writes, and whether the rebuilt standing equals the stored one.</summary>
internal sealed record RebuiltChange(AccountChange Change, bool StandsAsBefore);
