using HealthApi.Core.Churn;
using HealthApi.Core.Scoring;
using HealthApi.Core.Thresholds;

namespace HealthApi.Core.Evaluation;

/// <summary>The thresholds that are watched: every bound of the model and of the churn levels (implied), and the configured ones.</summary>
public static class ThresholdPolicy
{
    /// <summary>The prefix of the ids of thresholds that churn levels imply.</summary>
    public const string ChurnPrefix = "churn_risk:";

    /// <summary>
    /// The thresholds that apply to a segment. A configured threshold with the id of an implied one changes only its margin, dwell and
    /// direction; the bound is the model's.
    /// </summary>
    public static IReadOnlyList<Threshold> For(HealthModel model, ChurnRuleSet rules, IReadOnlyList<Threshold> configured, string segment)
    {
        List<Threshold> own = [.. configured.Where(threshold => threshold.Segment is null || threshold.Segment == segment)];
        var byId = own.DistinctBy(threshold => threshold.Id).ToDictionary(threshold => threshold.Id, StringComparer.Ordinal);
        List<Threshold> implied =
            [.. Implied(model, rules).Select(bound => byId.TryGetValue(bound.Id, out var adjusted) ? bound.AdjustedBy(adjusted) : bound)];
        return [.. implied, .. own.Where(threshold => implied.TrueForAll(bound => bound.Id != threshold.Id))];
    }

    /// <summary>The id of the threshold that a category implies.</summary>
    public static string IdOf(HealthModel model, HealthCategory category) => $"{model.Id}:{category.Id}";

    /// <summary>The thresholds that the bounds of a model and a rule set imply.</summary>
    public static IEnumerable<Threshold> Implied(HealthModel model, ChurnRuleSet rules)
    {
        foreach (var category in model.Categories)
        {
            if (category.Bound is { } bound)
                yield return Default(IdOf(model, category), Metric.Health, bound, category.Inclusive);
        }

        foreach (var level in rules.Levels)
        {
            if (level.Bound is { } bound)
                yield return Default(ChurnPrefix + level.Id, Metric.ChurnRisk, bound, true);
        }
    }

    private static Threshold Default(string id, Metric metric, double bound, bool inclusive) =>
        new(id, metric, bound, inclusive, ThresholdDirection.Both, Threshold.DefaultMargin, TimeSpan.Zero, null);
}
