using HealthApi.Api.Tests.Support.Data;
using HealthApi.Core.Explaining;
using HealthApi.Core.Thresholds;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Core.Explaining;

/// <summary>
/// The probability of a crossing is the probability that the score crosses the bound on any day of the forecast, not that it lies beyond
/// the bound on the last day.
/// </summary>
internal sealed class FirstPassageTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);

    /// <summary>Simulates the fitted processes many times and counts the paths that were beyond the bound on at least one day.</summary>
    [TestCase("walk", 15, 4, 30)]
    [TestCase("walk", 120, -6, 90)]
    [TestCase("returning", 90, 5, 90)]
    [TestCase("noise", 30, -4, 7)]
    [TestCase("fading trend", 30, -5, 90)]
    [TestCase("steps", 180, 3, 30)]
    public void The_probability_is_the_share_of_simulated_paths_that_cross(string kind, int known, double distance, int days)
    {
        const int Paths = 40_000;
        var daily = SimulatedScores.Process(kind, 5, known);
        var bound = Math.Clamp(daily[^1] + distance, 1, 99);
        var (processes, random) = (ScoreProcess.Fit(daily), new Random(11));
        var (crossed, halfway) = (0, 0);
        var predicted = HealthForecast.Of(daily, Now, days, [At(bound)]).Crossings.Single();
        var expected = (predicted.ExpectedAt - Now).Days;
        for (var path = 0; path < Paths; path++)
        {
            var day = FirstPassage(processes, daily[^1], bound, days, random);
            crossed += day is not null ? 1 : 0;
            halfway += day <= expected ? 1 : 0;
        }

        TestContext.Out.WriteLine(
            $"forecast {predicted.Probability:F3}, simulated {crossed / (double)Paths:F3}, by day {expected} {halfway / (double)Paths:F3}");
        Assert.That(predicted.Probability, Is.EqualTo(crossed / (double)Paths).Within(0.015));
        Assert.That(halfway / (double)Paths, Is.AtLeast((predicted.Probability / 2) - 0.015), "half of them cross by the expected day");
    }

    /// <summary>
    /// A random walk that is observed once a day crosses a bound as often as Brownian motion crosses a bound that is 0.5826 daily
    /// deviations further away (Broadie, Glasserman and Kou, "A continuity correction for discrete barrier options", 1997). By the
    /// reflection principle, Brownian motion crosses a bound with twice the probability of being beyond it at the end.
    /// </summary>
    [TestCase(1, 10, 30)]
    [TestCase(2, 12, 60)]
    [TestCase(1.5, 5, 7)]
    public void Far_from_the_ends_of_the_scale_a_random_walk_follows_the_reflection_principle(double deviation, double distance, int days)
    {
        var (grid, process) = (new ScoreGrid(deviation / 4, [50 - distance]), new ScoreProcess(1, 1, 50, deviation));
        var chain = new ScoreChain(grid, process);
        var (today, passed) = (chain.After(50), 0.0);
        for (var day = 1; day <= days; day++, today = chain.Next(today))
        {
            for (var state = 0; state < grid.Count; state++)
                if (grid.Value(state) < 50 - distance) (passed, today[state]) = (passed + today[state], 0);
        }

        var reflected = 2 * NormalDistribution.Cumulative(-(distance + (0.5826 * deviation)) / (deviation * Math.Sqrt(days)));
        Assert.That(passed, Is.EqualTo(reflected).Within(0.01));
    }

    [Test]
    public void The_probability_never_falls_with_the_horizon_and_is_at_least_that_of_ending_beyond_the_bound()
    {
        var daily = SimulatedScores.Process("walk", 7, 40);
        var now = daily[^1];
        var probabilities = new[] { 7, 30, 90, 180, 365 }.Select(days => HealthForecast.Of(daily, Now, days, [At(now - 4)])).ToList();
        Assert.That(probabilities.Select(forecast => forecast.Crossings.Single().Probability), Is.Ordered.And.All.InRange(0, 1));
        foreach (var forecast in probabilities)
        {
            var atTheEnd = forecast.Points.Any(point => point.Low < now - 4) ? 0.05 : 0;
            Assert.That(forecast.Crossings.Single().Probability, Is.AtLeast(atTheEnd), "at least 5% of the forecast lies below its low end");
        }
    }

    private static Threshold At(double bound) => new("own", Metric.Health, bound, true, ThresholdDirection.Both, 2, TimeSpan.Zero, null);

    private static int? FirstPassage(IReadOnlyList<ScoreProcess> processes, double score, double bound, int days, Random random)
    {
        var (draw, index) = (random.NextDouble(), 0);
        while (index < processes.Count - 1 && (draw -= processes[index].Weight) > 0) index++;
        var (process, above) = (processes[index], score >= bound);
        for (var day = 1; day <= days; day++)
        {
            var error = process.Deviation * SimulatedScores.Normal(random);
            score = Math.Clamp(process.Mean + (process.Persistence * (score - process.Mean)) + error, 0, 100);
            if (score >= bound != above) return day;
        }

        return null;
    }
}
