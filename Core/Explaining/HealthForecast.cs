using HealthApi.Core.Scoring;
using HealthApi.Core.Thresholds;

namespace HealthApi.Core.Explaining;

/// <summary>A day ahead: the expected score and the range within which it lies with 90 %. All 0–100.</summary>
public sealed record ForecastPoint(DateTimeOffset At, double Score, double Low, double High);

/// <summary>
/// A bound that may be crossed. <see cref="Probability"/> is the greatest that the score lies beyond it at the end of any day of the forecast;
/// <see cref="ExpectedAt"/> the first day on which half of that is reached.
/// </summary>
public sealed record ForecastCrossing(string Threshold, CrossingDirection Direction, DateTimeOffset ExpectedAt, double Probability);

/// <summary>Where a score is heading.</summary>
public sealed record HealthForecast(IReadOnlyList<ForecastPoint> Points, IReadOnlyList<ForecastCrossing> Crossings)
{
    /// <summary>The share of outcomes that lie between low and high.</summary>
    public const double Interval = 0.9;

    private const double LeastProbability = 0.05;

    public static HealthForecast None { get; } = new([], []);

    /// <param name="daily">Scores, one a day, oldest first, the newest of <paramref name="asOf"/>; none gives no forecast.</param>
    /// <param name="thresholds">Those of health are looked at.</param>
    public static HealthForecast Of(IReadOnlyList<double> daily, DateTimeOffset asOf, int days, IEnumerable<Threshold> thresholds)
    {
        if (daily.Count == 0) return None;
        var trend = DampedTrend.Fit(daily);
        var ahead = Enumerable.Range(1, days).Select(day => (Mean: trend.Mean(day), Deviation: trend.Deviation(day))).ToList();
        var points = ahead.Select((day, index) => new ForecastPoint(
            asOf.AddDays(index + 1), Scale(day.Mean), Scale(day.Mean - (NormalDistribution.Ninety * day.Deviation)), Scale(day.Mean + (NormalDistribution.Ninety * day.Deviation))));
        var crossings = thresholds.Where(threshold => threshold.Metric == Metric.Health).Select(threshold => Crossing(threshold, daily[^1], ahead, asOf));
        return new HealthForecast([.. points], [.. crossings.OfType<ForecastCrossing>().OrderBy(crossing => crossing.ExpectedAt)]);
    }

    private static ForecastCrossing? Crossing(Threshold threshold, double now, List<(double Mean, double Deviation)> ahead, DateTimeOffset asOf)
    {
        var present = Rounding.ForBounds(now);
        var above = present > threshold.Bound || (threshold.Inclusive && present == threshold.Bound);
        var beyond = ahead.Select(day => NormalDistribution.Cumulative((above ? threshold.Bound - day.Mean : day.Mean - threshold.Bound) / day.Deviation)).ToList();
        var most = beyond.DefaultIfEmpty(0).Max();
        if (most < LeastProbability) return null;
        var first = beyond.FindIndex(probability => probability >= most / 2);
        return new ForecastCrossing(threshold.Id, above ? CrossingDirection.Falling : CrossingDirection.Rising, asOf.AddDays(first + 1), most);
    }

    private static double Scale(double score) => Math.Clamp(score, 0, 100);
}
