using HealthApi.Core.Accounts;
using HealthApi.Core.Churn;
using HealthApi.Core.Evaluation.Notices;
using HealthApi.Core.Evaluation.Overrides;
using HealthApi.Core.Scoring;
using HealthApi.Core.Signals;
using HealthApi.Core.Thresholds;

namespace HealthApi.Core.Evaluation;

/// <summary>
/// Evaluates accounts: takes figures and returns a standing, crossings and notices. The live path, replay, time travel and rebuild all use
/// it.
/// </summary>
public static class AccountEvaluator
{
    /// <summary>The standing of an account at an instant, independent of earlier evaluations.</summary>
    /// <param name="stated">The override that is in force, or null.</param>
    public static AccountStanding Stand(
        AccountFigures figures, Account account, EvaluationPolicy policy, DateTimeOffset asOf, AccountOverride? stated = null)
    {
        var terms = figures.TermsAt(asOf);
        var effective = EffectiveAccount.Apply(account, terms);
        var segment = policy.Segments.Of(effective);
        var judgement = policy.For(segment);
        var signals = SignalDeriver.Derive(figures, effective, terms, asOf);
        var measured = HealthScorer.Score(judgement.Model, signals);
        var health = OverriddenHealth.Apply(judgement.Model, measured, stated);
        var risk = ChurnAssessor.Assess(policy.Rules, signals);
        var phase = LifecyclePhases.Of(effective, policy.Segments.Phases, asOf);
        return new AccountStanding(effective, figures.NewestEvent is not null, segment, phase, judgement, signals, health, risk, asOf)
        {
            Measured = measured,
            Override = stated,
            Terms = terms,
            Silence = figures.SilenceAt(asOf),
        };
    }

    /// <summary>
    /// The standing, and the crossings and notices since the memory was written. If the model or the churn rules have changed since then,
    /// the new data is first evaluated by the former rules, then the change of rules is applied to the same data. Each crossing therefore
    /// has one cause.
    /// </summary>
    /// <param name="accountSince">The instant at which the account was created; part of the ids of its crossings.</param>
    public static AccountEvaluation Evaluate(
        AccountFigures figures, Account account, DateTimeOffset accountSince, AccountMemory memory, EvaluationPolicy policy,
        DateTimeOffset asOf)
    {
        var standing = Stand(figures, account, policy, asOf, memory.OverrideAt(asOf));
        var due = DueByTime(standing, figures, policy);
        var notices = new NoticeWatch(standing, memory, accountSince);
        var before = policy.EarlierFor(standing.Segment, memory);
        var watched = before is null ? standing : standing.EvaluatedBy(before);
        var watch = new ThresholdWatch(watched, memory, accountSince, policy.Models);
        var (known, alerts) =
            AccountAlerts.Next(new AlertContext(watched, policy, memory, accountSince, AlertOccasion.Data, watch.Crossings));
        var next = Remember(watched, memory, memory.Sequence + watch.Crossings.Count, watch.States)
            with
        { Revision = policy.Revision, Notices = notices.State, Alerts = known };
        var evaluation = new AccountEvaluation(standing, next, watch.Crossings, Earlier(due, watch.DueAt))
        {
            Notices = notices.Notices,
            Alerts = alerts,
        };
        if (before is not null) evaluation = Switch(evaluation, before, accountSince, memory, policy, due);
        var alertsDue = AccountAlerts.DueAt(evaluation.Memory.Alerts, policy.Alerts.For(standing.Segment), asOf);
        return alertsDue is null ? evaluation : evaluation with { DueAt = Earlier(evaluation.DueAt, alertsDue) };
    }

    /// <summary>Applies a change of the rules to an evaluation by the rules before.</summary>
    private static AccountEvaluation Switch(
        AccountEvaluation evaluation, SegmentJudgement before, DateTimeOffset accountSince, AccountMemory memory, EvaluationPolicy policy,
        DateTimeOffset? due)
    {
        var (standing, next) = (evaluation.Standing, evaluation.Memory);
        var change = new SwitchWatch(standing, before, next, accountSince, policy, lastMemory: memory);
        var (known, alerts) =
            AccountAlerts.Next(new AlertContext(standing, policy, next, accountSince, change.Occasion, change.Crossings));
        next = Remember(standing, next, next.Sequence + change.Crossings.Count, change.States)
            with
        { Revision = policy.Revision, Alerts = known };
        return evaluation with
        {
            Memory = next,
            Crossings = [.. evaluation.Crossings, .. change.Crossings],
            DueAt = Earlier(due, change.DueAt),
            Alerts = [.. evaluation.Alerts, .. alerts],
        };
    }

    /// <summary>
    /// The standing of rebuilt figures, without new decisions: thresholds and sequence are taken from the memory, and there are no
    /// crossings, not even after a change of the model. If the standing or the notices differ from the remembered ones, the account is due
    /// at once, and the next evaluation decides.
    /// </summary>
    public static AccountEvaluation EvaluateRebuilt(
        AccountFigures figures, Account account, DateTimeOffset accountSince, AccountMemory memory, EvaluationPolicy policy,
        DateTimeOffset asOf)
    {
        var standing = Stand(figures, account, policy, asOf, memory.OverrideAt(asOf));
        var next = Remember(standing, memory, memory.Sequence, memory.Thresholds) with
        {
            WatchedHealth = memory.Standing(Metric.Health),
            WatchedRisk = memory.Standing(Metric.ChurnRisk),
        };
        if (memory.Model is not null)
            next = next with { Model = memory.Model, Rules = memory.Rules, Segment = memory.Segment, Revision = memory.Revision };
        if (!next.StandsAs(memory) || new NoticeWatch(standing, memory, accountSince).State != memory.Notices)
            return new AccountEvaluation(standing, next, [], asOf);
        var dwells = standing.Judgement.Thresholds.Min(
            threshold => memory.Thresholds.GetValueOrDefault(threshold.Id) is { } state ? CrossingDetector.DueAt(state, threshold) : null);
        var alerts = AccountAlerts.DueAt(memory.Alerts, policy.Alerts.For(standing.Segment), asOf);
        return new AccountEvaluation(standing, next, [], Earlier(Earlier(DueByTime(standing, figures, policy), dwells), alerts));
    }

    /// <summary>The instant at which time alone could change the standing or cause a notice; dwells are not considered.</summary>
    private static DateTimeOffset? DueByTime(AccountStanding standing, AccountFigures figures, EvaluationPolicy policy)
    {
        var (account, judgement, asOf) = (standing.Account, standing.Judgement, standing.AsOf);
        var change = SignalDeriver.NextChangeOfEffective(figures, account, policy.Segments.Phases, judgement.Uses, asOf);
        var notice = Earlier(RenewalNotices.NextAt(standing), standing.Silence.Next);
        return Earlier(Earlier(change, standing.Override?.ExpiresAt), notice);
    }

    private static AccountMemory Remember(
        AccountStanding standing, AccountMemory memory, long sequence, IReadOnlyDictionary<string, ThresholdState> thresholds) => new()
        {
            Model = standing.Judgement.ModelKey,
            Rules = AccountMemory.RulesToKeep(standing.Judgement.RulesKey),
            Segment = standing.Segment,
            Score = standing.Health.Score,
            Category = standing.Health.Category,
            PreviousCategory = standing.Health.Category == memory.Category || memory.Category == HealthModel.UnknownCategory
                ? memory.PreviousCategory : memory.Category,
            RiskScore = standing.Risk.Score,
            RiskLevel = standing.Risk.Level,
            Sequence = sequence,
            Indicators = standing.Risk.Indicators.ToDictionary(
                indicator => indicator.Id, indicator => memory.Indicators.TryGetValue(indicator.Id, out var since) ? since : standing.AsOf),
            Thresholds = thresholds,
            WatchedHealth = standing.Remember(Metric.Health) ?? memory.Standing(Metric.Health),
            WatchedRisk = standing.Remember(Metric.ChurnRisk) ?? memory.Standing(Metric.ChurnRisk),
            Override = standing.Override,
            OverridePoints = standing.OverridePoints,
            Disagrees = standing.Disagrees,
            Notices = memory.Notices,
            Alerts = memory.Alerts,
        };

    private static DateTimeOffset? Earlier(DateTimeOffset? left, DateTimeOffset? right) =>
        left is null || right < left ? right : left;
}
