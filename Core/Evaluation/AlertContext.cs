using HealthApi.Core.Accounts;
using HealthApi.Core.Alerts;
using HealthApi.Core.Primitives;
using HealthApi.Core.Thresholds;

namespace HealthApi.Core.Evaluation;

/// <summary>Why a standing differs from the one before it, and whether alerts that follow from the difference are announced.</summary>
internal readonly record struct AlertOccasion(CrossingCause Cause, bool AnnouncesHealth, bool AnnouncesRisk)
{
    public static readonly AlertOccasion Data = new(CrossingCause.Data, true, true);

    public bool Announces(Metric metric) => metric == Metric.Health ? AnnouncesHealth : AnnouncesRisk;
}

/// <summary>A standing with what <see cref="AlertFacts"/> of it need.</summary>
/// <param name="Memory">The memory before this standing.</param>
/// <param name="AccountSince">The instant at which the account was created.</param>
/// <param name="Crossings">The crossings of this standing.</param>
internal readonly record struct AlertContext(
    AccountStanding Standing, EvaluationPolicy Policy, AccountMemory Memory, DateTimeOffset AccountSince, AlertOccasion Occasion,
    IReadOnlyList<Crossing> Crossings)
{
    public DateTimeOffset At => Standing.AsOf;

    public AlertMemory Known => Memory.Alerts ?? AlertMemory.None;

    public AlertRules Rules => Policy.Alerts.For(Standing.Segment);

    public bool IsHealthJudged(HealthAlertRules? rules) => Standing.HasEvidence && Standing.Health.Score is not null
        && (Standing.Override is not null || rules is null || Rounding.ForBounds(Standing.CertainCoverage) >= rules.LeastCoverage);

    /// <summary>
    /// The former scores that a fall is measured against. Scores of another model are of another scale, so that they begin again with it.
    /// </summary>
    public IReadOnlyList<ScoreHigh> Highs(bool isJudged)
    {
        var former = Memory.WatchedHealth;
        if (former?.JudgedBy is { } model && model != Standing.Judgement.ModelKey) return [];
        var known = Known;
        return ScoreHighs.Next(
            known.Highs, known.Unjudged ? null : former?.Score, isJudged ? Standing.Health.Score : null, At);
    }

    public AlertCondition Health(HealthAlertRules? rules, IReadOnlyList<ScoreHigh> highs)
    {
        if (rules is null || !IsHealthJudged(rules)) return default;
        var (rank, ranks) = (HealthRank, Standing.Judgement.Model.Categories.Length);
        return AlertCondition.OfHealth(rules, Standing.Health.Score!.Value, rank, ranks, highs, At);
    }

    public AlertCondition Risk(RiskAlertRules? rules) => rules is null || !Standing.HasEvidence ? default
        : AlertCondition.OfRisk(rules, Standing.Judgement.Rules, Standing.Risk, RiskRank);

    /// <param name="before">The same condition by the alert policy of the last evaluation; null if that has not changed.</param>
    public AlertFacts Facts(Metric metric, bool isJudged, AlertCondition condition, AlertCondition? before, double? highest)
    {
        var switched = before is { } former && former.Holds != condition.Holds;
        var first = Memory.Alerts is null || Memory.Standing(metric) is null;
        return new AlertFacts
        {
            AccountId = Standing.Account.Id,
            AccountSince = AccountSince,
            Metric = metric,
            At = At,
            Score = metric == Metric.Health ? Standing.Health.Score : Standing.Risk.Score,
            Label = metric == Metric.Health ? Standing.Health.Category : Standing.Risk.Level,
            Rank = metric == Metric.Health ? HealthRank : RiskRank,
            IsJudged = isJudged,
            Condition = condition,
            Highest = highest,
            Churned = Standing.Phase == LifecyclePhases.Churned,
            Settled = HasSettled(metric == Metric.Health ? Known.Health : Known.ChurnRisk),
            Cause = switched ? CrossingCause.Model : Occasion.Cause,
            Announced = !first && Occasion.Announces(metric) && (!switched || Policy.AnnouncesAlertsAfter(Memory.Revision)),
            Before = Memory.Standing(metric),
            Crossings = WorseningCrossings(metric),
            Account = AccountMark.Of(Standing.Account, Standing.Segment),
        };
    }

    /// <summary>Whether a shift settled when the condition ended. The clockwork finds that within a day.</summary>
    private bool HasSettled(AlertState? known) =>
        known is { Holds: false, Since: { } ended } && Standing.Signals.HasSettledSince(ended.AddDays(-1));

    private int HealthRank
    {
        get
        {
            var categories = Standing.Judgement.Model.Categories;
            for (var index = 0; index < categories.Length; index++)
                if (categories[index].Id == Standing.Health.Category) return categories.Length - 1 - index;
            return categories.Length;
        }
    }

    private int RiskRank => AlertCondition.RankOf(Standing.Judgement.Rules, Standing.Risk.Level);

    private List<string>? WorseningCrossings(Metric metric)
    {
        List<string>? ids = null;
        foreach (var crossing in Crossings)
        {
            if (crossing.Metric == metric && Threshold.IsWorsening(metric, crossing.Direction)) (ids ??= []).Add(crossing.Id);
        }

        return ids;
    }
}
