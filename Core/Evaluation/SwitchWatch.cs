using HealthApi.Core.Thresholds;

namespace HealthApi.Core.Evaluation;

/// <summary>
/// Runs an account's thresholds over a change of what it is judged by, on the same data: what moves here, the model or the rules have moved
/// (docs/decisions/0010-models.md). A threshold that was watched before, at the same bound, goes on; another begins on the side of the old
/// value and crosses only where the new one is beyond its margin.
/// </summary>
internal sealed class SwitchWatch
{
    private readonly AccountStanding _standing;
    private readonly SegmentJudgement _before;
    private readonly AccountMemory _memory;
    private readonly CrossingBuilder _scribe;
    private readonly Dictionary<string, ThresholdState> _states;
    private readonly bool _announcesModel, _announcesRules;

    /// <param name="memory">How the account stands by <paramref name="before"/>, on the data of <paramref name="standing"/>.</param>
    /// <param name="policy">What is in force, and since which change.</param>
    /// <param name="judged">The account as it was judged last, by whatever was in force then.</param>
    public SwitchWatch(
        AccountStanding standing,
        SegmentJudgement before,
        AccountMemory memory,
        DateTimeOffset accountSince,
        EvaluationPolicy policy,
        AccountMemory judged)
    {
        (_standing, _before, _memory) = (standing, before, memory);
        _announcesModel = SwitchNotification.OfModel(policy, standing, judged);
        _announcesRules = SwitchNotification.OfRules(policy, judged);
        _scribe = new CrossingBuilder(standing, memory, accountSince, policy.Models);
        _states = ThresholdState.Watched(memory.Thresholds, standing.Judgement.ThresholdIds);
        if (standing.HasEvidence)
            foreach (var threshold in Travel.Order(standing, memory)) Move(threshold);
        Crossings = _scribe.Write(_states);
    }

    public IReadOnlyList<Crossing> Crossings { get; }

    public IReadOnlyDictionary<string, ThresholdState> States => _states;

    /// <summary>When the first pending dwell is over.</summary>
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
        if (crossed is { } direction) _scribe.Add(new Moved(threshold, state.LeftAt(null), direction, from, Cause(threshold.Metric)));
        if (state.AcrossSince is not null && known?.AcrossSince is null)
            state = state with { AcrossBy = CrossingCause.Model, AcrossQuietly = !Cause(threshold.Metric).Announced };
        _states[threshold.Id] = state.LeftAt(crossed is null && CrossingDetector.IsAcross(state, threshold, value) ? from : null);
        if (CrossingDetector.DueAt(state, threshold) is { } due && (DueAt is null || due < DueAt)) DueAt = due;
    }

    private MoveCause Cause(Metric metric) => new(CrossingCause.Model, metric == Metric.Health ? _announcesModel : _announcesRules);
}
