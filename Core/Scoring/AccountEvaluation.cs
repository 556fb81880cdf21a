using HealthApi.Core.Accounts;
using HealthApi.Core.Churn;
using HealthApi.Core.Signals;
using HealthApi.Core.Thresholds;

namespace HealthApi.Core.Scoring;

/// <summary>How an account stands at an instant.</summary>
/// <param name="Account">The account with what billing events say of its terms.</param>
/// <param name="HasEvidence">Whether any event was ever told of the account.</param>
public sealed record AccountStanding(
    Account Account, bool HasEvidence, string Segment, string Phase, SegmentJudgement Judgement, SignalSet Signals, HealthScore Health, ChurnRisk Risk, DateTimeOffset AsOf)
{
    /// <summary>The value that thresholds of a metric watch; null without a score.</summary>
    public double? Value(Metric metric) => metric == Metric.Health ? Health.Score : Risk.Score;

    /// <summary>The same data, judged by other rules.</summary>
    public AccountStanding JudgedBy(SegmentJudgement judgement) => this with
    {
        Judgement = judgement,
        Health = HealthScorer.Score(judgement.Model, Signals),
        Risk = ChurnAssessor.Assess(judgement.Rules, Signals),
    };
}

/// <summary>An account's new standing, what is to be remembered, the crossings on the way, and when time alone could change it.</summary>
public sealed record AccountEvaluation(AccountStanding Standing, AccountMemory Memory, IReadOnlyList<Crossing> Crossings, DateTimeOffset? DueAt);
