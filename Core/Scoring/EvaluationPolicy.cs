using HealthApi.Core.Accounts;
using HealthApi.Core.Churn;
using HealthApi.Core.Thresholds;

namespace HealthApi.Core.Scoring;

/// <summary>Everything that decides how accounts are judged, at one moment. Immutable; a change makes a new one.</summary>
public sealed class EvaluationPolicy(ModelRegistry models, ChurnRuleSet rules, SegmentPolicy segments, IReadOnlyList<Threshold> thresholds)
{
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, SegmentJudgement> _bySegment = new(StringComparer.Ordinal);

    public ModelRegistry Models { get; } = models;

    public ChurnRuleSet Rules { get; } = rules;

    public SegmentPolicy Segments { get; } = segments;

    /// <summary>The thresholds that were configured, beside the implied ones.</summary>
    public IReadOnlyList<Threshold> Thresholds { get; } = thresholds;

    /// <summary>The model and thresholds for a segment.</summary>
    public SegmentJudgement For(string segment) => _bySegment.GetOrAdd(segment, Judge);

    private SegmentJudgement Judge(string segment)
    {
        var model = Models.Active;
        return new SegmentJudgement(model, $"{model.Id}:{model.Version}", ThresholdPolicy.For(model, Rules, Thresholds, segment));
    }
}

/// <summary>The model (with its <c>id:version</c>) and the thresholds that hold for a segment.</summary>
public sealed record SegmentJudgement(HealthModel Model, string ModelKey, IReadOnlyList<Threshold> Thresholds);
