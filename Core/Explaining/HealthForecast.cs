using HealthApi.Core.Thresholds;

namespace HealthApi.Core.Explaining;

/// <summary>A day ahead: the expected score and the range within which it lies with 90 %. All 0–100.</summary>
public sealed record ForecastPoint(DateTimeOffset At, double Score, double Low, double High);

/// <summary>
/// A bound that may be crossed. <see cref="Probability"/> (0–1) is that of ever crossing it: that on at least one day of the forecast the
/// score lies beyond it. <see cref="ExpectedAt"/> is the first day by which half of that is reached: if it is crossed, as probably before
/// that day as after it.
/// </summary>
public sealed record ForecastCrossing(string Threshold, CrossingDirection Direction, DateTimeOffset ExpectedAt, double Probability);

/// <summary>
/// Where a score is heading: the mean, the quantiles and the first passages of the processes that may have made its past, each by its
/// probability.
/// </summary>
public sealed record HealthForecast(IReadOnlyList<ForecastPoint> Points, IReadOnlyList<ForecastCrossing> Crossings)
{
    /// <summary>The share of outcomes that lie between low and high.</summary>
    public const double Interval = 0.9;

    private const double LeastProbability = 0.05, FinestCell = 0.25, CoarsestCell = 1;

    public static HealthForecast None { get; } = new([], []);

    /// <param name="daily">Scores, one a day, oldest first, the newest of <paramref name="asOf"/>; none gives no forecast.</param>
    /// <param name="thresholds">Those of health are looked at.</param>
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

    /// <summary>For each day the probability that the score lay beyond the bound on any day up to it.</summary>
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

    /// <summary>Goes through the days; what is taken from a day's distribution is not there on the next.</summary>
    private static void Follow(ScoreChain chain, double now, int days, Action<int, double[]> see)
    {
        var today = chain.After(now);
        for (var day = 0; day < days; day++, today = day < days ? chain.Next(today) : today) see(day, today);
    }

    private static void AddTo(double[] sums, double weight, double[] shares)
    {
        for (var state = 0; state < sums.Length; state++) sums[state] += weight * shares[state];
    }

    private static CrossingDirection DirectionOf(Threshold threshold, double now) =>
        threshold.IsReachedBy(now) ? CrossingDirection.Falling : CrossingDirection.Rising;
}
