using HealthApi.Core.Churn;
using HealthApi.Core.Scoring;

namespace HealthApi.Core.Thresholds;

/// <summary>The thresholds that are watched: every bound of the model and of the churn levels, without being asked for, and the caller's own.</summary>
public static class ThresholdPolicy
{
    /// <summary>Prefix of the churn level thresholds' ids.</summary>
    public const string ChurnPrefix = "churn_risk:";

    /// <summary>
    /// The thresholds for an account of a segment. A configured one with the id of a bound's replaces it (to give it another margin or dwell).
    /// </summary>
    public static IReadOnlyList<Threshold> For(HealthModel model, ChurnRuleSet rules, IReadOnlyList<Threshold> configured, string segment)
    {
        var own = configured.Where(threshold => threshold.Segment is null || threshold.Segment == segment).ToList();
        var replaced = own.Select(threshold => threshold.Id).ToHashSet(StringComparer.Ordinal);
        return [.. Implied(model, rules).Where(threshold => !replaced.Contains(threshold.Id)), .. own];
    }

    /// <summary>The thresholds that the bounds of a model and a rule set stand for.</summary>
    public static IEnumerable<Threshold> Implied(HealthModel model, ChurnRuleSet rules)
    {
        foreach (var category in model.Categories)
            if (category.Bound is { } bound)
                yield return Default($"{model.Id}:{category.Id}", Metric.Health, bound, category.Inclusive);
        foreach (var level in rules.Levels)
            if (level.Bound is { } bound)
                yield return Default(ChurnPrefix + level.Id, Metric.ChurnRisk, bound, true);
    }

    private static Threshold Default(string id, Metric metric, double bound, bool inclusive) =>
        new(id, metric, bound, inclusive, ThresholdDirection.Both, Threshold.DefaultMargin, TimeSpan.Zero, null);
}
