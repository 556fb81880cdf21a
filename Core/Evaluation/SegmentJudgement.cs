using HealthApi.Core.Churn;
using HealthApi.Core.Scoring;
using HealthApi.Core.Signals;
using HealthApi.Core.Thresholds;

namespace HealthApi.Core.Evaluation;

/// <summary>The model, the churn rules (each with its <c>id:version</c>) and the thresholds that hold for a segment.</summary>
public sealed record SegmentJudgement(
    HealthModel Model, string ModelKey, ChurnRuleSet Rules, string RulesKey, IReadOnlyList<Threshold> Thresholds)
{
    public IReadOnlySet<string> ThresholdIds { get; } = Thresholds.Select(threshold => threshold.Id).ToHashSet(StringComparer.Ordinal);

    /// <summary>The steps of signals that count whole days at which the model or the rules change their mind.</summary>
    public DaySteps Days { get; } = JudgedDays.Of(Model, Rules);

    public static SegmentJudgement Of(HealthModel model, ChurnRuleSet rules, IReadOnlyList<Threshold> configured, string segment) =>
        new(model, Key(model), rules, Key(rules), ThresholdPolicy.For(model, rules, configured, segment));

    public static string Key(HealthModel model) => model.Key;

    public static string Key(ChurnRuleSet rules) => $"{rules.Id}:{rules.Version}";
}
