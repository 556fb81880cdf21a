using HealthApi.Core.Thresholds;

namespace HealthApi.Core.Scoring;

/// <summary>Runs an account's thresholds over its new standing, judged as it was before: what moves here, the customer has moved.</summary>
internal sealed class ThresholdWatch
{
    private readonly AccountStanding _standing;
    private readonly AccountMemory _memory;
    private readonly CrossingScribe _scribe;
    private readonly Dictionary<string, ThresholdState> _states;

    public ThresholdWatch(AccountStanding standing, AccountMemory memory, DateTimeOffset accountSince)
    {
        (_standing, _memory) = (standing, memory);
        _scribe = new CrossingScribe(standing, memory, accountSince, CrossingCause.Data);
        _states = new Dictionary<string, ThresholdState>(memory.Thresholds, StringComparer.Ordinal);
        foreach (var threshold in standing.Judgement.Thresholds.OrderBy(threshold => TravelOrder(threshold, standing, memory))) Watch(threshold);
    }

    public IReadOnlyList<Crossing> Crossings => _scribe.Crossings;

    public IReadOnlyDictionary<string, ThresholdState> States => _states;

    /// <summary>When the first pending dwell is over.</summary>
    public DateTimeOffset? DueAt { get; private set; }

    /// <summary>Bounds are met in the order of travel: downwards from the top, upwards from the bottom.</summary>
    public static double TravelOrder(Threshold threshold, AccountStanding standing, AccountMemory memory)
    {
        var falling = threshold.Metric == Metric.Health ? standing.Health.Score < memory.Score : standing.Risk.Score < memory.RiskScore;
        return falling ? -threshold.Bound : threshold.Bound;
    }

    /// <summary>The account's very first score, and it is already in the worst category.</summary>
    public static bool EntersWorst(Threshold threshold, ThresholdState state, AccountStanding standing, AccountMemory memory)
    {
        var categories = standing.Judgement.Model.Categories;
        return memory.Score is null && categories.Length > 1 && !state.Above && threshold.Id == $"{standing.Judgement.Model.Id}:{categories[^2].Id}";
    }

    private void Watch(Threshold threshold)
    {
        // Without data there is nothing to be on a side with; what was known before stays.
        if (_standing.Value(threshold.Metric) is not { } score || !_standing.HasEvidence) return;
        var known = _states.GetValueOrDefault(threshold.Id);
        if (known?.Bound != threshold.Bound && _memory.Watched(threshold.Metric) is { } before) known = CrossingDetector.Begin(known, threshold, before);
        var (state, crossed) = CrossingDetector.Next(known, threshold, score, _standing.AsOf);
        if (known is null && EntersWorst(threshold, state, _standing, _memory))
            (state, crossed) = (state with { Last = CrossingDirection.Entered, Count = 1 }, CrossingDirection.Entered);
        _states[threshold.Id] = crossed is { } direction ? _scribe.Record(threshold, state, direction) : state;
        if (CrossingDetector.DueAt(state, threshold) is { } due && (DueAt is null || due < DueAt)) DueAt = due;
    }
}
