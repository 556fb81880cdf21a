using System.Collections.Concurrent;
using HealthApi.Core.Accounts;
using HealthApi.Core.Alerts;
using HealthApi.Core.Churn;
using HealthApi.Core.Scoring;
using HealthApi.Core.Thresholds;

namespace HealthApi.Core.Evaluation;

/// <summary>
/// All rules by which accounts are evaluated at one instant, with a link to the rules that were in force before. Immutable: a change
/// creates a new policy.
/// </summary>
public sealed class EvaluationPolicy(ModelRegistry models, ChurnRuleSet rules, SegmentPolicy segments, IReadOnlyList<Threshold> thresholds)
{
    private readonly ConcurrentDictionary<string, SegmentJudgement> _bySegment = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Model, string Rules, string Segment), SegmentJudgement?> _earlier = new();

    /// <summary>The threshold ids of the bounds of all models, each with the id of its model.</summary>
    private readonly Lazy<Dictionary<string, string>> _impliedByModels = new(() => models.All
        .SelectMany(
            model => model.Categories.Where(category => category.Bound is not null),
            (model, category) => (ThresholdPolicy.IdOf(model, category), model.Id))
        .DistinctBy(bound => bound.Item1).ToDictionary(StringComparer.Ordinal));

    public ModelRegistry Models { get; } = models;

    public ChurnRuleSet Rules { get; } = rules;

    public SegmentPolicy Segments { get; } = segments;

    /// <summary>The configured thresholds, without the implied ones.</summary>
    public IReadOnlyList<Threshold> Thresholds { get; } = thresholds;

    /// <summary>When alerts open, and when they are resolved.</summary>
    public AlertPolicy Alerts { get; init; } = AlertPolicy.BuiltIn;

    /// <summary>
    /// The number of the change; rises with every change. 0 is the built-in policy. Changes of thresholds are not counted.
    /// </summary>
    public long Revision { get; init; }

    /// <summary>The instant from which it is in force. The built-in policy has always been in force.</summary>
    public DateTimeOffset Since { get; init; } = DateTimeOffset.MinValue;

    /// <summary>Whether messages are sent for the crossings that this change of the churn rules causes.</summary>
    public bool AnnounceRules { get; init; } = true;

    /// <summary>
    /// Whether messages are sent for the crossings of accounts that this change moves to another segment and thus to another model.
    /// </summary>
    public bool AnnounceSegments { get; init; } = true;

    /// <summary>Whether messages are sent for the alerts that this change of the alert policy opens or resolves.</summary>
    public bool AnnounceAlerts { get; init; } = true;

    /// <summary>
    /// Whether it came into force with an upgrade of the product. It then has the revision of the policy before it, so that processes of
    /// the earlier version still find that revision and evaluate by the policy before it.
    /// </summary>
    public bool IsShipped { get; init; }

    /// <summary>The policy that was in force before; null for the first.</summary>
    public EvaluationPolicy? Before { get; init; }

    /// <summary>The policy that was in force at an instant.</summary>
    public EvaluationPolicy At(DateTimeOffset instant)
    {
        var policy = this;
        while (policy.Since > instant && policy.Before is { } before) policy = before;
        return policy;
    }

    /// <summary>The first change of the policy after an instant; null if there is none.</summary>
    public DateTimeOffset? ChangeAfter(DateTimeOffset instant)
    {
        DateTimeOffset? change = null;
        for (var policy = this; policy is not null && policy.Since > instant; policy = policy.Before) change = policy.Since;
        return change;
    }

    /// <summary>
    /// The same policies, present and former, with another alert policy and other churn rules, as if those had always been in force.
    /// </summary>
    public EvaluationPolicy Always(AlertPolicy alerts, ChurnRuleSet rules)
    {
        var policies = new Stack<EvaluationPolicy>();
        for (var policy = this; policy is not null; policy = policy.Before) policies.Push(policy);
        EvaluationPolicy? replaced = null;
        foreach (var policy in policies)
        {
            replaced = new EvaluationPolicy(policy.Models, rules, policy.Segments, policy.Thresholds)
            {
                Alerts = alerts,
                Revision = policy.Revision,
                Since = policy.Since,
                AnnounceRules = policy.AnnounceRules,
                AnnounceSegments = policy.AnnounceSegments,
                AnnounceAlerts = policy.AnnounceAlerts,
                IsShipped = policy.IsShipped,
                Before = replaced,
            };
        }

        return replaced!;
    }

    /// <summary>The model, rules and thresholds for a segment.</summary>
    public SegmentJudgement For(string segment) => _bySegment.GetOrAdd(segment, Judge);

    /// <summary>
    /// The model and rules by which an account of this segment was last evaluated, if they differ from the present ones. Null if they do
    /// not differ or are no longer known. The thresholds are the present ones.
    /// </summary>
    public SegmentJudgement? EarlierFor(string segment, AccountMemory memory)
    {
        var now = For(segment);
        if (memory.Model is not { } model || (model == now.ModelKey && memory.RulesKey == now.RulesKey)) return null;
        return _earlier.GetOrAdd((model, memory.RulesKey, segment), key => JudgeEarlier(key.Model, key.Rules, key.Segment));
    }

    /// <summary>
    /// The policies that came into force after a revision, oldest first. Each has the one before it in <see cref="Before"/>.
    /// </summary>
    public IReadOnlyList<EvaluationPolicy> ChangesAfter(long revision)
    {
        var changes = new List<EvaluationPolicy>();
        for (var policy = this; (policy.Revision > revision || policy.IsShipped) && policy.Before is { } before; policy = before)
            changes.Add(policy);
        changes.Reverse();
        return changes;
    }

    /// <summary>The alert policy that was in force at an earlier revision; null if it is the present one.</summary>
    public AlertPolicy? AlertsBefore(long revision)
    {
        if (Revision <= revision) return null;
        var policy = this;
        while (policy.Revision > revision && policy.Before is { } before) policy = before;
        return policy.Alerts.Version == Alerts.Version ? null : policy.Alerts;
    }

    /// <summary>Whether any change of the alert policy after a revision was made with notifications.</summary>
    public bool AnnouncesAlertsAfter(long revision)
    {
        for (var policy = this; policy.Revision > revision && policy.Before is { } before; policy = before)
            if (policy.Alerts.Version != before.Alerts.Version && policy.AnnounceAlerts) return true;
        return false;
    }

    private SegmentJudgement Judge(string segment) => Judge(Models.For(segment).Model, Rules, segment);

    /// <summary>A configured threshold whose id belongs to a bound of another model does not apply.</summary>
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
