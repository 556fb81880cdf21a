using HealthApi.Core.Thresholds;

namespace HealthApi.Core.Explaining;

/// <summary>
/// The forecast of one day: the expected score and the range that contains it with a probability of 90 %. All values are 0–100.
/// </summary>
public sealed record ForecastPoint(DateTimeOffset At, double Score, double Low, double High);

/// <summary>
/// A threshold that may be crossed. <see cref="Probability"/> (0–1) is the probability that the score lies beyond the bound on at least one
/// day of the forecast. <see cref="ExpectedAt"/> is the first day by which half of that probability is reached: the median of the day of
/// the crossing, provided that there is one.
/// </summary>
public sealed record ForecastCrossing(string Threshold, CrossingDirection Direction, DateTimeOffset ExpectedAt, double Probability);

/// <summary>
/// The forecast of a score: mean, quantiles and first passages, averaged over the processes that may have produced its past, weighted by
/// their probability.
/// </summary>
public sealed record HealthForecast(IReadOnlyList<ForecastPoint> Points, IReadOnlyList<ForecastCrossing> Crossings)
{
    /// <summary>The probability that the score lies between low and high.</summary>
    public const double Interval = 0.9;

    private const double LeastProbability = 0.05, FinestCell = 0.25, CoarsestCell = 1;

    public static HealthForecast None { get; } = new([], []);

    /// <param name="daily">
    /// One score a day (0–100), oldest first; the last is that of <paramref name="asOf"/>. Empty gives no forecast.
    /// </param>
    /// <param name="thresholds">The thresholds; only those of health are used.</param>
    /// <param name="days">The number of days to forecast.</param>
    public static HealthForecast Of(IReadOnlyList<double> daily, DateTimeOffset asOf, int days, IEnumerable<Threshold> thresholds)
    {
        if (daily.Count == 0) return None;
        var (now, processes) = (daily[^1], ScoreProcess.Fit(daily));
        var watched = thresholds
            .Where(threshold => threshold.Metric == Metric.Health && threshold.Reports(DirectionOf(threshold, now))).ToList();
        var width = Math.Clamp(processes.Min(process => process.Deviation) / 2, FinestCell, CoarsestCell);
        var grid = new ScoreGrid(width, watched.Select(threshold => threshold.Bound));
        var chains = processes.Select(process => (process.Weight, Chain: new ScoreChain(grid, process))).ToList();
        var shares = Enumerable.Range(0, days).Select(_ => new double[grid.Count]).ToList();
        foreach (var (weight, chain) in chains) Follow(chain, now, days, (day, today) => AddTo(shares[day], weight, today));
        var points = shares.Select((day, index) => new ForecastPoint(
            asOf.AddDays(index + 1), grid.Mean(day), grid.Quantile(day, (1 - Interval) / 2), grid.Quantile(day, (1 + Interval) / 2)));
        var crossings = watched.Select(threshold => Crossing(threshold, Passage(threshold, now, grid, chains, days), now, asOf));
        return new HealthForecast([.. points], [.. crossings.OfType<ForecastCrossing>().OrderBy(crossing => crossing.ExpectedAt)]);
    }

    private static ForecastCrossing? Crossing(Threshold threshold, double[] passed, double now, DateTimeOffset asOf)
    {
        var ever = passed.LastOrDefault();
        if (ever < LeastProbability) return null;
        var half = Array.FindIndex(passed, probability => probability >= ever / 2);
        return new ForecastCrossing(threshold.Id, DirectionOf(threshold, now), asOf.AddDays(half + 1), Math.Min(ever, 1));
    }

    /// <summary>For each day, the probability that the score has been beyond the bound on any day up to it.</summary>
    private static double[] Passage(
        Threshold threshold, double now, ScoreGrid grid, List<(double Weight, ScoreChain Chain)> chains, int days)
    {
        var above = threshold.IsReachedBy(now);
        var beyond = Enumerable.Range(0, grid.Count).Where(state => threshold.IsReachedBy(grid.Value(state)) != above).ToArray();
        var passed = new double[days];
        foreach (var (weight, chain) in chains)
        {
            var sum = 0.0;
            Follow(
                chain,
                now,
                days,
                (day, today) =>
                {
                    foreach (var state in beyond) (sum, today[state]) = (sum + today[state], 0);
                    passed[day] += weight * sum;
                });
        }

        return passed;
    }

    /// <summary>
    /// Computes the distribution day by day. Probability that <paramref name="visit"/> removes from a day's distribution is missing on the
    /// following days.
    /// </summary>
    private static void Follow(ScoreChain chain, double now, int days, Action<int, double[]> visit)
    {
        var today = chain.After(now);
        for (var day = 0; day < days; day++, today = day < days ? chain.Next(today) : today) visit(day, today);
    }

    private static void AddTo(double[] sums, double weight, double[] shares)
    {
        for (var state = 0; state < sums.Length; state++) sums[state] += weight * shares[state];
    }

    private static CrossingDirection DirectionOf(Threshold threshold, double now) =>
        threshold.IsReachedBy(now) ? CrossingDirection.Falling : CrossingDirection.Rising;
}
