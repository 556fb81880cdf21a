using HealthApi.Core.Accounts;
using HealthApi.Core.Alerts;
using HealthApi.Core.Churn;
using HealthApi.Core.Evaluation.Notices;
using HealthApi.Core.Evaluation.Overrides;
using HealthApi.Core.Primitives;
using HealthApi.Core.Scoring;
using HealthApi.Core.Signals;
using HealthApi.Core.Thresholds;

namespace HealthApi.Core.Evaluation;

/// <summary>The standing of an account at an instant.</summary>
/// <param name="Account">The account with its effective terms: those of the profile and of billing events combined.</param>
/// <param name="HasEvidence">Whether the account has any event.</param>
public sealed record AccountStanding(
    Account Account, bool HasEvidence, string Segment, string Phase, SegmentJudgement Judgement, SignalSet Signals, HealthScore Health,
    ChurnRisk Risk, DateTimeOffset AsOf)
{
    /// <summary>The terms that billing events state at the instant.</summary>
    public AccountTerms Terms { get; init; } = AccountTerms.None;

    public Silence Silence { get; init; }

    /// <summary>The families of events that have fallen silent.</summary>
    public SilentFamilies Silent => Silence.Families;

    /// <summary>The coverage (0–1) of the score from the data, counting only families that have not fallen silent.</summary>
    public double CertainCoverage => Silent.IsEmpty ? Measured.Coverage : HealthScorer.Score(
        Judgement.Model, Signals.Where(signal => !Silent.IsStale(signal)), explain: false).Coverage;

    /// <summary>Whether the score has enough coverage to be compared with thresholds. A score that an owner states always has.</summary>
    public bool IsCovered => Override is not null || Rounding.ForBounds(Measured.Coverage) >= Threshold.LeastCoverage;

    /// <summary>The value that thresholds of a metric are compared with; null if there is no score or too little coverage.</summary>
    public double? Value(Metric metric) => metric == Metric.ChurnRisk ? Risk.Score : IsCovered ? Health.Score : null;

    /// <summary>The health score from the data. <see cref="Health"/> differs from it only while an override is in force.</summary>
    public HealthScore Measured { get; init; } = Health;

    /// <summary>The override that is in force, or null.</summary>
    public AccountOverride? Override { get; init; }

    /// <summary>The points by which the override changes the score; no score counts as 0.</summary>
    public double OverridePoints => (Health.Score ?? 0) - (Measured.Score ?? 0);

    /// <summary>Whether health, churn risk and override contradict each other (<see cref="Disagreement"/>).</summary>
    public bool Disagrees =>
        Disagreement.Holds(Judgement.Model, Judgement.Rules, HasEvidence, Measured, Health, Risk, Override is not null);

    /// <summary>The same data and override, evaluated by another model and other rules.</summary>
    public AccountStanding EvaluatedBy(SegmentJudgement judgement)
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

/// <summary>
/// The result of an evaluation: the new standing, the memory for the next evaluation, the crossings, and the instant at which time alone
/// could change the standing.
/// </summary>
public sealed record AccountEvaluation(
    AccountStanding Standing, AccountMemory Memory, IReadOnlyList<Crossing> Crossings, DateTimeOffset? DueAt)
{
    /// <summary>The notices that follow from the evaluation.</summary>
    public IReadOnlyList<AccountNotice> Notices { get; init; } = [];

    /// <summary>The decisions about the account's alerts, in order.</summary>
    public IReadOnlyList<AlertChange> Alerts { get; init; } = [];

    /// <summary>
    /// The same evaluation without messages: its crossings and alerts are not announced, and neither is what began in this evaluation: a
    /// crossing with its dwell, an alert with its confirmation.
    /// </summary>
    public AccountEvaluation Withheld() => this with
    {
        Crossings = [.. Crossings.Select(crossing => crossing with { Announced = false })],
        Alerts = [.. Alerts.Select(alert => alert with { Announced = false })],
        Memory = Memory with
        {
            Thresholds = Memory.Thresholds.ToDictionary(pair => pair.Key, pair => Withheld(pair.Value), StringComparer.Ordinal),
            Alerts = Memory.Alerts?.With(Metric.Health, Withheld(Metric.Health)).With(Metric.ChurnRisk, Withheld(Metric.ChurnRisk)),
        },
    };

    private ThresholdState Withheld(ThresholdState state) =>
        state.AcrossSince == Standing.AsOf ? state with { AcrossQuietly = true } : state;

    private AlertState? Withheld(Metric metric)
    {
        if (Memory.Alerts?.State(metric) is not { } state) return null;
        if (state.Since == Standing.AsOf && !state.Quietly) state = state with { Quietly = true };
        var told = Alerts.Any(alert => alert.Metric == metric && alert.Announced && alert.Number == state.Told);
        return told ? state with { Told = 0 } : state;
    }
}
