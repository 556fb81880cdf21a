using HealthApi.Core.Thresholds;

namespace HealthApi.Core.Evaluation;

/// <summary>The direction in which an account's values have moved since they were last compared with thresholds.</summary>
internal static class Travel
{
    public static CrossingDirection Direction(Metric metric, AccountStanding standing, AccountMemory memory) =>
        standing.Value(metric) < memory.Watched(metric) ? CrossingDirection.Falling : CrossingDirection.Rising;

    /// <summary>
    /// An account's thresholds in the order in which the value passes their bounds: descending for a fall, ascending for a rise. Of equal
    /// bounds the implied one comes last, so that it counts as the outermost.
    /// </summary>
    public static IEnumerable<Threshold> Order(AccountStanding standing, AccountMemory memory)
    {
        var healthFalls = Direction(Metric.Health, standing, memory) == CrossingDirection.Falling;
        var riskFalls = Direction(Metric.ChurnRisk, standing, memory) == CrossingDirection.Falling;
        return standing.Judgement.Thresholds.Reverse()
            .OrderBy(threshold => (threshold.Metric == Metric.Health ? healthFalls : riskFalls) ? -threshold.Bound : threshold.Bound);
    }
}
