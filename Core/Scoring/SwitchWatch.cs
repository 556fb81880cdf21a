using HealthApi.Core.Thresholds;

namespace HealthApi.Core.Scoring;

/// <summary>
/// Runs an account's thresholds over a change of what it is judged by, on the same data: what moves here, the model or the rules have moved
/// (docs/decisions/0010-models.md). A threshold that was watched before, at the same bound, goes on; another begins on the side of the old value and
/// crosses only where the new one is beyond its margin. Of the bounds of the model itself only the last on the way is told, and those that resolve.
/// </summary>
internal sealed class SwitchWatch
{
    private readonly AccountStanding _standing;
    private readonly SegmentJudgement _before;
    private readonly AccountMemory _memory;
    private readonly CrossingScribe _scribe;
    private readonly Dictionary<string, ThresholdState> _states;

    /// <param name="memory">How the account stands by <paramref name="before"/>, on the data of <paramref name="standing"/>.</param>
    public SwitchWatch(AccountStanding standing, SegmentJudgement before, AccountMemory memory, DateTimeOffset accountSince, IReadOnlyList<Threshold> configured)
    {
        (_standing, _before, _memory) = (standing, before, memory);
        _scribe = new CrossingScribe(standing, memory, accountSince, CrossingCause.Model);
        _states = new Dictionary<string, ThresholdState>(memory.Thresholds, StringComparer.Ordinal);
        var moves = standing.HasEvidence
            ? standing.Judgement.Thresholds.OrderBy(threshold => ThresholdWatch.TravelOrder(threshold, standing, memory)).Select(Move).OfType<Moved>().ToList()
            : [];
        foreach (var move in moves) Settle(move, IsPassed(move, moves, configured));
    }

    public IReadOnlyList<Crossing> Crossings => _scribe.Crossings;

    public IReadOnlyDictionary<string, ThresholdState> States => _states;

    /// <summary>When the first pending dwell is over.</summary>
    public DateTimeOffset? DueAt { get; private set; }

    private Moved? Move(Threshold threshold)
    {
        if (_standing.Value(threshold.Metric) is not { } value) return null;
        var known = _states.GetValueOrDefault(threshold.Id);
        var (state, crossed) = known?.Bound == threshold.Bound && _before.Thresholds.Any(threshold.WatchesAs)
            ? CrossingDetector.Next(known, threshold, value, _standing.AsOf)
            : CrossingDetector.Replace(known, threshold, _memory.Watched(threshold.Metric), value);
        if (crossed is null && threshold.Metric == Metric.Health && ThresholdWatch.EntersWorst(threshold, state, _standing, _memory))
            (state, crossed) = (state with { Last = CrossingDirection.Entered, Count = state.Count + 1 }, CrossingDirection.Entered);
        return new Moved(threshold, state, crossed);
    }

    /// <summary>A bound of the model or of the levels on the way to the one that decides, with nothing to resolve.</summary>
    private static bool IsPassed(Moved move, List<Moved> moves, IReadOnlyList<Threshold> configured)
    {
        if (move.Crossed is not { } direction || configured.Contains(move.Threshold)) return false;
        var last = moves.FindLast(other => other.Threshold.Metric == move.Threshold.Metric && other.Crossed is not null && !configured.Contains(other.Threshold));
        return last != move && (move.Threshold.IsWorsening(direction) || move.State.Open is null);
    }

    private void Settle(Moved move, bool passed)
    {
        var (threshold, state, crossed) = move;
        if (passed) state = state with { Last = null, Count = state.Count - 1 };
        else if (crossed is { } direction) state = _scribe.Record(threshold, state, direction);
        _states[threshold.Id] = state;
        if (CrossingDetector.DueAt(state, threshold) is { } due && (DueAt is null || due < DueAt)) DueAt = due;
    }

    private sealed record Moved(Threshold Threshold, ThresholdState State, CrossingDirection? Crossed);
}
