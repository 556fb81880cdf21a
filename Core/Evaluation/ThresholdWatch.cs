using HealthApi.Core.Scoring;
using HealthApi.Core.Thresholds;

namespace HealthApi.Core.Evaluation;

/// <summary>
/// Compares an account's thresholds with its new standing, evaluated by the same rules as before: every crossing here is caused by the
/// account's data.
/// </summary>
internal sealed class ThresholdWatch
{
    private readonly AccountStanding _standing;
    private readonly AccountMemory _memory;
    private readonly CrossingBuilder _builder;
    private readonly Dictionary<string, ThresholdState> _states;

    /// <param name="models">All models, for the reasons.</param>
    public ThresholdWatch(AccountStanding standing, AccountMemory memory, DateTimeOffset accountSince, ModelRegistry models)
    {
        (_standing, _memory) = (standing, memory);
        _builder = new CrossingBuilder(standing, memory, accountSince, models);
        _states = ThresholdState.Watched(memory.Thresholds, standing.Judgement.ThresholdIds);
        foreach (var threshold in Travel.Order(standing, memory)) Watch(threshold);
        Crossings = _builder.Build(_states);
    }

    public IReadOnlyList<Crossing> Crossings { get; }

    public IReadOnlyDictionary<string, ThresholdState> States => _states;

    /// <summary>The instant at which the first pending dwell ends; null if none is pending.</summary>
    public DateTimeOffset? DueAt { get; private set; }

    /// <summary>
    /// Whether this is the account's first score, the score is in the worst category, and the threshold reports entering it (a threshold
    /// that reports only rises does not).
    /// </summary>
    public static bool EntersWorst(Threshold threshold, ThresholdState state, AccountStanding standing, AccountMemory memory)
    {
        var categories = standing.Judgement.Model.Categories;
        return memory.Standing(Metric.Health) is null && categories.Length > 1
            && !state.Above && threshold.Reports(CrossingDirection.Entered)
            && threshold.Id == ThresholdPolicy.IdOf(standing.Judgement.Model, categories[^2]);
    }

    /// <summary>
    /// Whether the last watched score came from another model, because the model changed while there was too little data. It cannot be
    /// compared with a score of the present model.
    /// </summary>
    private bool IsOfAnotherModel(RememberedStanding? watched) => watched?.JudgedBy is { } model && model != _standing.Judgement.ModelKey;

    private void Watch(Threshold threshold)
    {
        var known = _states.GetValueOrDefault(threshold.Id);
        if (_standing.Value(threshold.Metric) is not { } score || !_standing.HasEvidence)
        {
            // Without enough data there is no value to compare: the side does not change, and a dwell begins again later.
            if (known?.AcrossSince is not null) _states[threshold.Id] = CrossingDetector.Back(known);
            return;
        }

        if (threshold.Metric == Metric.Health && IsOfAnotherModel(_memory.Standing(Metric.Health)))
        {
            _states[threshold.Id] = CrossingDetector.Begin(known, threshold, score);
            return;
        }

        if (known?.IsOf(threshold) != true && _memory.Watched(threshold.Metric) is { } before)
            known = CrossingDetector.Begin(known, threshold, before);
        var (state, crossed) = CrossingDetector.Next(known, threshold, score, _standing.AsOf);
        if (known?.IsOf(threshold) != true && EntersWorst(threshold, state, _standing, _memory))
            (state, crossed) = (state with { Last = CrossingDirection.Entered, Count = state.Count + 1 }, CrossingDirection.Entered);
        var from = known?.Left ?? _memory.Standing(threshold.Metric);
        if (crossed is { } direction) _builder.Add(new Moved(threshold, state.LeftAt(null), direction, from, MoveCause.Of(known)));
        _states[threshold.Id] = state.LeftAt(crossed is null && CrossingDetector.IsAcross(state, threshold, score) ? from : null);
        if (CrossingDetector.DueAt(state, threshold) is { } due && (DueAt is null || due < DueAt)) DueAt = due;
    }
}
