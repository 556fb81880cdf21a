using HealthApi.Core.Churn;
using HealthApi.Core.Scoring;
using HealthApi.Core.Signals;
using HealthApi.Core.Thresholds;

namespace HealthApi.Core.Evaluation;

/// <summary>The model, the churn rules (each with its key <c>id:version</c>) and the thresholds that apply to a segment.</summary>
public sealed record SegmentJudgement(HealthModel Model, ChurnRuleSet Rules, IReadOnlyList<Threshold> Thresholds)
{
    public string ModelKey { get; } = Model.Key;

    public string RulesKey { get; } = Rules.Key;

    public IReadOnlySet<string> ThresholdIds { get; } = Thresholds.Select(threshold => threshold.Id).ToHashSet(StringComparer.Ordinal);

    /// <summary>The signals that the model and the rules use.</summary>
    public SignalUses Uses { get; } = JudgedSignals.Of(Model, Rules);

    public static SegmentJudgement Of(HealthModel model, ChurnRuleSet rules, IReadOnlyList<Threshold> configured, string segment) =>
        new(model, rules, ThresholdPolicy.For(model, rules, configured, segment));
}
