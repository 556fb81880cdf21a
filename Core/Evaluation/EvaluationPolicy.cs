using System.Collections.Concurrent;
using HealthApi.Core.Accounts;
using HealthApi.Core.Churn;
using HealthApi.Core.Scoring;
using HealthApi.Core.Thresholds;

namespace HealthApi.Core.Evaluation;

/// <summary>
/// Everything that decides how accounts are judged, at one moment, and what was in force before it. Immutable; a change makes a new one.
/// </summary>
public sealed class EvaluationPolicy(ModelRegistry models, ChurnRuleSet rules, SegmentPolicy segments, IReadOnlyList<Threshold> thresholds)
{
    private readonly ConcurrentDictionary<string, SegmentJudgement> _bySegment = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Model, string Rules, string Segment), SegmentJudgement?> _earlier = new();

    /// <summary>The ids that bounds of any model have, and the model's.</summary>
    private readonly Lazy<Dictionary<string, string>> _impliedByModels = new(() => models.All
        .SelectMany(
            model => model.Categories.Where(category => category.Bound is not null),
            (model, category) => (ThresholdPolicy.IdOf(model, category), model.Id))
        .DistinctBy(bound => bound.Item1).ToDictionary(StringComparer.Ordinal));

    public ModelRegistry Models { get; } = models;

    public ChurnRuleSet Rules { get; } = rules;

    public SegmentPolicy Segments { get; } = segments;

    /// <summary>The thresholds that were configured, beside the implied ones.</summary>
    public IReadOnlyList<Threshold> Thresholds { get; } = thresholds;

    /// <summary>Rises with every change of what is in force; 0 is the product as shipped. Thresholds do not count.</summary>
    public long Revision { get; init; }

    /// <summary>Since when it is in force; the product as shipped: since ever.</summary>
    public DateTimeOffset Since { get; init; } = DateTimeOffset.MinValue;

    /// <summary>Whether crossings that this very change of the churn rules causes are sent.</summary>
    public bool AnnounceRules { get; init; } = true;

    /// <summary>Whether crossings of accounts that this very change moves to another segment, and so to another model, are sent.</summary>
    public bool AnnounceSegments { get; init; } = true;

    /// <summary>
    /// Whether it came in force with an upgrade of the product, without a revision of its own: processes of the former version know the
    /// revision and judge by what was in force before.
    /// </summary>
    public bool IsShipped { get; init; }

    /// <summary>What was in force before; null where nothing was.</summary>
    public EvaluationPolicy? Before { get; init; }

    /// <summary>What was in force at an instant.</summary>
    public EvaluationPolicy At(DateTimeOffset instant)
    {
        var policy = this;
        while (policy.Since > instant && policy.Before is { } before) policy = before;
        return policy;
    }

    /// <summary>When what is in force changes for the first time after an instant; null where it does not.</summary>
    public DateTimeOffset? ChangeAfter(DateTimeOffset instant)
    {
        DateTimeOffset? change = null;
        for (var policy = this; policy is not null && policy.Since > instant; policy = policy.Before) change = policy.Since;
        return change;
    }

    /// <summary>The model, rules and thresholds for a segment.</summary>
    public SegmentJudgement For(string segment) => _bySegment.GetOrAdd(segment, Judge);

    /// <summary>
    /// What an account of this segment was judged by when its memory was written, where that differs from now; null where it does not, or
    /// where it is not known any more. Thresholds are those of now: only what they are compared with is from before.
    /// </summary>
    public SegmentJudgement? EarlierFor(string segment, AccountMemory memory)
    {
        var now = For(segment);
        if (memory.Model is not { } model || (model == now.ModelKey && memory.RulesKey == now.RulesKey)) return null;
        return _earlier.GetOrAdd((model, memory.RulesKey, segment), key => JudgeEarlier(key.Model, key.Rules, key.Segment));
    }

    /// <summary>The policies that came in force after a revision, the oldest first; each knows the one before it.</summary>
    public IReadOnlyList<EvaluationPolicy> ChangesAfter(long revision)
    {
        var changes = new List<EvaluationPolicy>();
        for (var policy = this; (policy.Revision > revision || policy.IsShipped) && policy.Before is { } before; policy = before)
            changes.Add(policy);
        changes.Reverse();
        return changes;
    }

    private SegmentJudgement Judge(string segment) => Judge(Models.For(segment).Model, Rules, segment);

    /// <summary>A threshold configured for a bound of another model than the one that judges watches nothing.</summary>
    private SegmentJudgement Judge(HealthModel model, ChurnRuleSet rules, string segment) =>
        SegmentJudgement.Of(
            model, rules, [.. Thresholds.Where(own => _impliedByModels.Value.GetValueOrDefault(own.Id, model.Id) == model.Id)], segment);

    private SegmentJudgement? JudgeEarlier(string modelKey, string rulesKey, string segment)
    {
        var model = Models.Find(modelKey);
        var policy = this;
        while (policy is not null && policy.Rules.Key != rulesKey) policy = policy.Before;
        return model is null || policy is null ? null : Judge(model, policy.Rules, segment);
    }
}
