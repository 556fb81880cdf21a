using HealthApi.Core.Churn;
using HealthApi.Core.Thresholds;

namespace HealthApi.Core.Scoring;

/// <summary>Runs an account's thresholds over its new standing and writes the crossings down.</summary>
internal sealed class ThresholdWatch
{
    private readonly AccountStanding _standing;
    private readonly AccountMemory _memory;
    private readonly DateTimeOffset _accountSince;
    private readonly ChurnRuleSet _rules;
    private readonly List<Crossing> _crossings = [];
    private readonly Dictionary<string, ThresholdState> _states;

    public ThresholdWatch(AccountStanding standing, AccountMemory memory, DateTimeOffset accountSince, ChurnRuleSet rules)
    {
        (_standing, _memory, _accountSince, _rules) = (standing, memory, accountSince, rules);
        _states = new Dictionary<string, ThresholdState>(memory.Thresholds, StringComparer.Ordinal);
        foreach (var threshold in standing.Judgement.Thresholds.OrderBy(Order)) Watch(threshold);
    }

    public IReadOnlyList<Crossing> Crossings => _crossings;

    public IReadOnlyDictionary<string, ThresholdState> States => _states;

    /// <summary>When the first pending dwell is over.</summary>
    public DateTimeOffset? DueAt { get; private set; }

    /// <summary>Bounds are met in the order of travel: downwards from the top, upwards from the bottom.</summary>
    private double Order(Threshold threshold)
    {
        var falling = threshold.Metric == Metric.Health ? _standing.Health.Score < _memory.Score : _standing.Risk.Score < _memory.RiskScore;
        return falling ? -threshold.Bound : threshold.Bound;
    }

    private void Watch(Threshold threshold)
    {
        var value = threshold.Metric == Metric.Health ? _standing.Health.Score : _standing.Risk.Score;

        // Without data there is nothing to be on a side with; what was known before stays.
        if (value is not { } score || !_standing.HasEvidence) return;
        var known = _states.GetValueOrDefault(threshold.Id);
        var (state, crossed) = CrossingDetector.Next(known, threshold, score, _standing.AsOf);
        if (known is null && EntersWorst(threshold, state))
            (state, crossed) = (state with { Last = CrossingDirection.Entered, Count = 1 }, CrossingDirection.Entered);
        _states[threshold.Id] = crossed is { } direction ? Record(threshold, state, direction) : state;
        if (CrossingDetector.DueAt(state, threshold) is { } due && (DueAt is null || due < DueAt)) DueAt = due;
    }

    /// <summary>The account's very first score, and it is already in the worst category.</summary>
    private bool EntersWorst(Threshold threshold, ThresholdState state)
    {
        var categories = _standing.Judgement.Model.Categories;
        return _memory.Score is null && categories.Length > 1 && !state.Above
            && threshold.Id == $"{_standing.Judgement.Model.Id}:{categories[^2].Id}";
    }

    private ThresholdState Record(Threshold threshold, ThresholdState state, CrossingDirection direction)
    {
        var id = CrossingId.Of(_standing.Account.Id, _accountSince, threshold.Id, state.Count, direction);
        var worsening = threshold.IsWorsening(direction);
        var health = threshold.Metric == Metric.Health;
        _crossings.Add(new Crossing
        {
            Id = id,
            AccountId = _standing.Account.Id,
            Sequence = _memory.Sequence + _crossings.Count + 1,
            At = _standing.AsOf,
            Metric = threshold.Metric,
            Threshold = threshold.Id,
            Bound = threshold.Bound,
            Direction = direction,
            From = health ? new Standing(_memory.Score, _memory.Category) : new Standing(_memory.RiskScore, _memory.RiskLevel),
            To = health ? new Standing(_standing.Health.Score, _standing.Health.Category) : new Standing(_standing.Risk.Score, _standing.Risk.Level),
            Resolves = worsening ? null : state.Open,
            ModelId = health ? _standing.Judgement.Model.Id : _rules.Id,
            ModelVersion = health ? _standing.Judgement.Model.Version : _rules.Version,
            Reasons = health ? Reasons.ForHealth(_standing, _memory) : Reasons.ForRisk(_standing, _memory, _rules),
        });
        return state with { Open = worsening ? id : null };
    }
}
