using System.Data.Common;
using System.Text.Json;
using Dapper;
using HealthApi.Core;
using HealthApi.Core.Accounts;
using HealthApi.Core.Events;
using HealthApi.Core.Scoring;
using HealthApi.Core.Signals;
using HealthApi.Infrastructure.Accounts;
using HealthApi.Infrastructure.Events;
using HealthApi.Infrastructure.Scoring;

namespace HealthApi.Infrastructure.Processing;

/// <summary>An account's read models as the event log tells them.</summary>
/// <param name="History">The rows from <paramref name="FirstDay"/> on to before the present day.</param>
/// <param name="Events">How many events they rest on.</param>
internal sealed record RebuiltAccount(AccountChange Change, int FirstDay, IReadOnlyList<DayStanding> History, int Events)
{
    private const string SelectAccount = """
        SELECT a.profile AS Profile, a.created_at AS CreatedAt, s.version AS Version, s.memory AS Memory, s.evaluated_at AS EvaluatedAt,
            s.score AS Score, s.category AS Category, s.previous_category AS PreviousCategory, s.risk_score AS RiskScore, s.risk_level AS RiskLevel,
            (SELECT COALESCE(MAX(c.sequence), 0) FROM crossings AS c WHERE c.account_id = a.id) AS Sequence
        FROM accounts AS a JOIN account_states AS s ON s.account_id = a.id
        WHERE a.id = @Id
        """;

    /// <summary>Whether the account stands as it was remembered to.</summary>
    public bool StandsAsBefore { get; init; }

    /// <summary>The history, to be put in the place of what is there.</summary>
    public HistorySpan ToSpan(int toDay) => new(Change.Before.Account.Id, FirstDay, toDay, History);

    /// <summary>Null where the account is gone. The version is read before the events, so that a change of either is noticed when this is saved.</summary>
    public static async Task<RebuiltAccount?> TellAsync(DbConnection connection, string accountId, EvaluationPolicy policy, DateTimeOffset now)
    {
        if (await connection.QuerySingleOrDefaultAsync<StateRow>(SelectAccount, new { Id = accountId }) is not { } row) return null;
        var events = await EventLog.ReadAsync(connection, null, accountId, DateTimeOffset.MaxValue);
        var past = await AccountPasts.LoadAsync(connection, null, AccountColumns.FromProfile(row.Profile));
        return Tell(row, events, past, policy, now);
    }

    /// <summary>At the instant of the last evaluation: what time alone has changed since is not for a rebuild to tell.</summary>
    private static RebuiltAccount Tell(StateRow row, IReadOnlyList<HealthEvent> events, AccountPast past, EvaluationPolicy policy, DateTimeOffset now)
    {
        var (account, memory) = (past.Present, row.ToMemory(past));
        var asOf = row.EvaluatedAt ?? now;
        var figures = new AccountFigures();
        foreach (var happened in events) figures.Apply(happened);
        var evaluation = AccountEvaluator.Retell(figures, account, past.Since, memory, policy, asOf);
        var before = Before(row, account);
        var firstDay = events.Count == 0 ? now.ToDay() : events[0].OccurredAt.ToDay();
        var history = HistoryReplay.Run(events, past, policy, firstDay, now.ToDay());
        return new RebuiltAccount(new AccountChange(before, evaluation, figures.Encode(asOf), null), firstDay, history, events.Count)
        {
            StandsAsBefore = evaluation.Memory.StandsAs(memory),
        };
    }

    /// <summary>Remembers nothing but the version, so that every column is written anew.</summary>
    private static AccountRecord Before(StateRow row, Account account) => new()
    {
        Account = account,
        CreatedAt = row.CreatedAt,
        Segment = "",
        Phase = "",
        Version = row.Version,
        Figures = new AccountFigures(),
        Memory = AccountMemory.Empty,
    };

    private sealed record StateRow
    {
        public string Profile { get; init; } = "";

        public DateTimeOffset CreatedAt { get; init; }

        public long Version { get; init; }

        public string Memory { get; init; } = "";

        public DateTimeOffset? EvaluatedAt { get; init; }

        public double? Score { get; init; }

        public string Category { get; init; } = "";

        public string? PreviousCategory { get; init; }

        public double RiskScore { get; init; }

        public string RiskLevel { get; init; } = "";

        public long Sequence { get; init; }

        /// <summary>What is remembered; where that is damaged, what other columns say of it. Thresholds are then watched anew, and nothing is told twice.</summary>
        public AccountMemory ToMemory(AccountPast past)
        {
            try
            {
                return AccountMemory.FromJson(Memory);
            }
            catch (JsonException)
            {
                return new AccountMemory
                {
                    Score = Score,
                    Category = Category,
                    PreviousCategory = PreviousCategory,
                    RiskScore = RiskScore,
                    RiskLevel = RiskLevel,
                    Sequence = Sequence,
                    Override = EvaluatedAt is { } at ? past.OverrideAt(at) : null,
                };
            }
        }
    }
}
