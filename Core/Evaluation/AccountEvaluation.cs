using HealthApi.Core.Accounts;
using HealthApi.Core.Churn;
using HealthApi.Core.Evaluation.Notices;
using HealthApi.Core.Evaluation.Overrides;
using HealthApi.Core.Primitives;
using HealthApi.Core.Scoring;
using HealthApi.Core.Signals;
using HealthApi.Core.Thresholds;

namespace HealthApi.Core.Evaluation;

/// <summary>How an account stands at an instant.</summary>
/// <param name="Account">The account with what billing events say of its terms.</param>
/// <param name="HasEvidence">Whether any event was ever told of the account.</param>
public sealed record AccountStanding(
    Account Account, bool HasEvidence, string Segment, string Phase, SegmentJudgement Judgement, SignalSet Signals, HealthScore Health,
    ChurnRisk Risk, DateTimeOffset AsOf)
{
    /// <summary>What billing events say of the account's terms at the instant.</summary>
    public AccountTerms Terms { get; init; } = AccountTerms.None;

    /// <summary>Whether the score rests on enough data to raise crossings; one that an owner states does.</summary>
    public bool IsCovered => Override is not null || Rounding.ForBounds(Measured.Coverage) >= Threshold.LeastCoverage;

    /// <summary>The value that thresholds of a metric watch; null without a score, or where it rests on too little data.</summary>
    public double? Value(Metric metric) => metric == Metric.ChurnRisk ? Risk.Score : IsCovered ? Health.Score : null;

    /// <summary>The health that the data gives; <see cref="Health"/> differs from it only where an override holds.</summary>
    public HealthScore Measured { get; init; } = Health;

    /// <summary>The override that holds, or null.</summary>
    public AccountOverride? Override { get; init; }

    /// <summary>Points by which the override moves the score; no score counts as 0.</summary>
    public double OverridePoints => (Health.Score ?? 0) - (Measured.Score ?? 0);

    /// <summary>Whether health, churn risk or override point in opposite directions.</summary>
    public bool Disagrees =>
        Disagreement.Holds(Judgement.Model, Judgement.Rules, HasEvidence, Measured, Health, Risk, Override is not null);

    /// <summary>The same data and override, judged by other rules.</summary>
    public AccountStanding JudgedBy(SegmentJudgement judgement)
    {
        var measured = HealthScorer.Score(judgement.Model, Signals);
        return this with
        {
            Judgement = judgement,
            Measured = measured,
            Health = OverriddenHealth.Apply(judgement.Model, measured, Override),
            Risk = ChurnAssessor.Assess(judgement.Rules, Signals),
        };
    }
}

/// <summary>An account's new standing, what is to be remembered, the crossings on the way, and when time alone could change it.</summary>
public sealed record AccountEvaluation(
    AccountStanding Standing, AccountMemory Memory, IReadOnlyList<Crossing> Crossings, DateTimeOffset? DueAt)
{
    /// <summary>What is to be told beside the crossings.</summary>
    public IReadOnlyList<AccountNotice> Notices { get; init; } = [];

    /// <summary>The same without messages: crossings are kept quiet, and so is what a dwell that began here ends in.</summary>
    public AccountEvaluation Withheld() => this with
    {
        Crossings = [.. Crossings.Select(crossing => crossing with { Announced = false })],
        Memory = Memory with
        {
            Thresholds = Memory.Thresholds.ToDictionary(pair => pair.Key, pair => Withheld(pair.Value), StringComparer.Ordinal),
        },
    };

    private ThresholdState Withheld(ThresholdState state) =>
        state.AcrossSince == Standing.AsOf ? state with { AcrossQuietly = true } : state;
}
