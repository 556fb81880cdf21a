using HealthApi.Core.Signals;
using HealthApi.Core.Thresholds;

namespace HealthApi.Core.Evaluation;

/// <summary>Turns a standing into the record that is stored until thresholds are compared again.</summary>
internal static class StandingMemory
{
    /// <summary>The standing in one metric; null if thresholds are not compared with it, because there is no event or no score.</summary>
    public static RememberedStanding? Remember(this AccountStanding standing, Metric metric) =>
        !standing.HasEvidence || standing.Value(metric) is not { } score ? null
        : metric == Metric.Health ? OfHealth(standing, score) : OfRisk(standing, score);

    private static RememberedStanding OfHealth(AccountStanding standing, double score) => new()
    {
        At = standing.AsOf,
        Score = score,
        Label = standing.Health.Category,
        JudgedBy = standing.Judgement.ModelKey,
        Signals = Measured(standing),
        Override = standing.Override,
        OverridePoints = standing.OverridePoints,
    };

    private static RememberedStanding OfRisk(AccountStanding standing, double score) => new()
    {
        At = standing.AsOf,
        Score = score,
        Label = standing.Risk.Level,
        JudgedBy = AccountMemory.RulesToKeep(standing.Judgement.RulesKey),
        Indicators = standing.Risk.Indicators.Count == 0 ? null : [.. standing.Risk.Indicators.Select(indicator => indicator.Id)],
    };

    private static Dictionary<string, SignalValue> Measured(AccountStanding standing)
    {
        var signals = new Dictionary<string, SignalValue>(StringComparer.Ordinal);
        foreach (var component in standing.Judgement.Model.Components)
        {
            foreach (var measure in component.Measures)
            {
                if (standing.Signals[measure.Signal] is { IsMissing: false } value)
                    signals[measure.Signal.Name()] = value;
            }
        }

        return signals;
    }
}
