using HealthApi.Core.Thresholds;

namespace HealthApi.Core.Evaluation;

/// <summary>
/// Compares an account's thresholds before and after a change of the model or the rules, on the same data: every crossing here is caused by
/// the change (docs/decisions/0010-models.md). The state of a threshold that applied before at the same bound continues. Any other begins
/// on the side of the old value, and crosses only if the new value is at least the margin away from the bound.
/// </summary>
internal sealed class SwitchWatch
{
    private readonly AccountStanding _standing;
    private readonly SegmentJudgement _before;
    private readonly AccountMemory _memory;
    private readonly CrossingBuilder _builder;
    private readonly Dictionary<string, ThresholdState> _states;
    private readonly bool _announcesModel, _announcesRules;

    /// <param name="memory">
    /// The memory of the account as evaluated by <paramref name="before"/> on the data of <paramref name="standing"/>.
    /// </param>
    /// <param name="policy">The policy in force.</param>
    /// <param name="lastMemory">The memory of the last evaluation, by the policy that was in force then.</param>
    public SwitchWatch(
        AccountStanding standing,
        SegmentJudgement before,
        AccountMemory memory,
        DateTimeOffset accountSince,
        EvaluationPolicy policy,
        AccountMemory lastMemory)
    {
        (_standing, _before, _memory) = (standing, before, memory);
        _announcesModel = SwitchNotification.OfModel(policy, standing, lastMemory);
        _announcesRules = SwitchNotification.OfRules(policy, lastMemory);
        _builder = new CrossingBuilder(standing, memory, accountSince, policy.Models);
        _states = ThresholdState.Watched(memory.Thresholds, standing.Judgement.ThresholdIds);
        if (standing.HasEvidence)
            foreach (var threshold in Travel.Order(standing, memory)) Move(threshold);
        Crossings = _builder.Build(_states);
    }

    public IReadOnlyList<Crossing> Crossings { get; }

    public IReadOnlyDictionary<string, ThresholdState> States => _states;

    /// <summary>The change of the rules, for the alerts.</summary>
    public AlertOccasion Occasion => new(CrossingCause.Model, _announcesModel, _announcesRules);

    /// <summary>The instant at which the first pending dwell ends; null if none is pending.</summary>
    public DateTimeOffset? DueAt { get; private set; }

    private void Move(Threshold threshold)
    {
        if (_standing.Value(threshold.Metric) is not { } value) return;
        var known = _states.GetValueOrDefault(threshold.Id);
        var goesOn = known?.IsOf(threshold) == true && _before.Thresholds.Any(threshold.WatchesAs);
        var (state, crossed) = goesOn
            ? CrossingDetector.Next(known, threshold, value, _standing.AsOf)
            : CrossingDetector.Replace(known, threshold, _memory.Watched(threshold.Metric), value);
        if (crossed is null && threshold.Metric == Metric.Health && ThresholdWatch.EntersWorst(threshold, state, _standing, _memory))
            (state, crossed) = (state with { Last = CrossingDirection.Entered, Count = state.Count + 1 }, CrossingDirection.Entered);
        var from = (goesOn ? known?.Left : null) ?? _memory.Standing(threshold.Metric);
        if (crossed is { } direction) _builder.Add(new Moved(threshold, state.LeftAt(null), direction, from, Cause(threshold.Metric)));
        if (state.AcrossSince is not null && known?.AcrossSince is null)
            state = state with { AcrossBy = CrossingCause.Model, AcrossQuietly = !Cause(threshold.Metric).Announced };
        _states[threshold.Id] = state.LeftAt(crossed is null && CrossingDetector.IsAcross(state, threshold, value) ? from : null);
        if (CrossingDetector.DueAt(state, threshold) is { } due && (DueAt is null || due < DueAt)) DueAt = due;
    }

    private MoveCause Cause(Metric metric) => new(CrossingCause.Model, metric == Metric.Health ? _announcesModel : _announcesRules);
}
