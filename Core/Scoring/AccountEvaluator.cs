using HealthApi.Core.Accounts;
using HealthApi.Core.Churn;
using HealthApi.Core.Signals;
using HealthApi.Core.Thresholds;

namespace HealthApi.Core.Scoring;

/// <summary>The pure heart of the service: figures in, standing and crossings out. Live path, replay and time travel all come through here.</summary>
public static class AccountEvaluator
{
    /// <summary>How the account stands at the instant, without regard to what was before.</summary>
    public static AccountStanding Stand(AccountFigures figures, Account account, EvaluationPolicy policy, DateTimeOffset asOf)
    {
        var effective = EffectiveAccount.Apply(account, figures.Terms);
        var segment = policy.Segments.Of(effective);
        var judgement = policy.For(segment);
        var signals = SignalDeriver.Derive(figures, effective, asOf);
        var health = HealthScorer.Score(judgement.Model, signals);
        var risk = ChurnAssessor.Assess(policy.Rules, signals);
        return new AccountStanding(effective, figures.NewestEvent is not null, segment, LifecyclePhases.Of(effective, asOf), judgement, signals, health, risk, asOf);
    }

    /// <summary>The standing, and what has moved since the memory was written.</summary>
    /// <param name="accountSince">When the account came to be known; part of its crossings' ids.</param>
    public static AccountEvaluation Evaluate(
        AccountFigures figures, Account account, DateTimeOffset accountSince, AccountMemory memory, EvaluationPolicy policy, DateTimeOffset asOf)
    {
        var standing = Stand(figures, account, policy, asOf);
        var watch = new ThresholdWatch(standing, memory, accountSince, policy.Rules);
        var next = Remember(standing, memory, memory.Sequence + watch.Crossings.Count, watch.States);
        var due = SignalDeriver.NextChange(figures, standing.Account, asOf);
        return new AccountEvaluation(standing, next, watch.Crossings, Earlier(due, watch.DueAt));
    }

    /// <summary>
    /// The standing at the instant of the last evaluation, told again. What was decided stays decided: thresholds and sequence are those of the
    /// memory and nothing is crossed. Where the standing is not the remembered one, it is due at once, and the next evaluation decides.
    /// </summary>
    public static AccountEvaluation Retell(AccountFigures figures, Account account, AccountMemory memory, EvaluationPolicy policy, DateTimeOffset asOf)
    {
        var standing = Stand(figures, account, policy, asOf);
        var next = Remember(standing, memory, memory.Sequence, memory.Thresholds);
        if (!next.StandsAs(memory)) return new AccountEvaluation(standing, next, [], asOf);
        var dwells = standing.Judgement.Thresholds.Min(threshold => memory.Thresholds.GetValueOrDefault(threshold.Id) is { } state ? CrossingDetector.DueAt(state, threshold) : null);
        return new AccountEvaluation(standing, next, [], Earlier(SignalDeriver.NextChange(figures, standing.Account, asOf), dwells));
    }

    private static AccountMemory Remember(
        AccountStanding standing, AccountMemory memory, long sequence, IReadOnlyDictionary<string, ThresholdState> thresholds) => new()
        {
            Model = standing.Judgement.ModelKey,
            Score = standing.Health.Score,
            Category = standing.Health.Category,
            PreviousCategory = standing.Health.Category == memory.Category || memory.Category == HealthModel.UnknownCategory ? memory.PreviousCategory : memory.Category,
            RiskScore = standing.Risk.Score,
            RiskLevel = standing.Risk.Level,
            Sequence = sequence,
            Contributions = standing.Health.Components.ToDictionary(component => component.Id, component => component.Contribution),
            Indicators = standing.Risk.Indicators.ToDictionary(
                indicator => indicator.Id, indicator => memory.Indicators.TryGetValue(indicator.Id, out var since) ? since : standing.AsOf),
            Thresholds = thresholds,
        };

    private static DateTimeOffset? Earlier(DateTimeOffset? left, DateTimeOffset? right) =>
        left is null || right < left ? right : left;
}
