using HealthApi.Core.Thresholds;

namespace HealthApi.Core.Scoring;

/// <summary>Writes an account's crossings down: ids, sequence, what moved from where to where, and why.</summary>
/// <param name="memory">How the account stood before.</param>
/// <param name="accountSince">When the account came to be known; part of the ids.</param>
internal sealed class CrossingScribe(AccountStanding standing, AccountMemory memory, DateTimeOffset accountSince, CrossingCause cause)
{
    private readonly List<Crossing> _crossings = [];

    public IReadOnlyList<Crossing> Crossings => _crossings;

    /// <summary>Adds the crossing, and returns the state with the worsening that is open now.</summary>
    public ThresholdState Record(Threshold threshold, ThresholdState state, CrossingDirection direction)
    {
        var id = CrossingId.Of(standing.Account.Id, accountSince, threshold.Id, state.Count, direction);
        var worsening = threshold.IsWorsening(direction);
        var crossing = new Crossing
        {
            Id = id,
            AccountId = standing.Account.Id,
            Sequence = memory.Sequence + _crossings.Count + 1,
            At = standing.AsOf,
            Metric = threshold.Metric,
            Threshold = threshold.Id,
            Bound = threshold.Bound,
            Direction = direction,
            From = new Standing(memory.Score, memory.Category),
            To = new Standing(standing.Health.Score, standing.Health.Category),
            Resolves = worsening ? null : state.Open,
            ModelId = standing.Judgement.Model.Id,
            ModelVersion = standing.Judgement.Model.Version,
            Cause = cause,
            Announced = cause == CrossingCause.Data || standing.Judgement.Announce,
        };
        _crossings.Add(threshold.Metric == Metric.Health ? crossing with { Reasons = Reasons.ForHealth(standing, memory) } : OfRisk(crossing));
        return state with { Open = worsening ? id : null };
    }

    private Crossing OfRisk(Crossing crossing)
    {
        var (rules, risk) = (standing.Judgement.Rules, standing.Risk);
        return crossing with
        {
            From = new Standing(memory.RiskScore, memory.RiskLevel),
            To = new Standing(risk.Score, risk.Level),
            ModelId = rules.Id,
            ModelVersion = rules.Version,
            Announced = cause == CrossingCause.Data || standing.Judgement.AnnounceRules,
            Reasons = cause == CrossingCause.Data ? Reasons.ForRisk(standing, memory, rules) : Reasons.ForRules(standing, memory),
        };
    }
}
