using HealthApi.Api.Tests.Support.Data;
using HealthApi.Core.Explaining;
using HealthApi.Core.Thresholds;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Core.Explaining;

internal sealed class HealthForecastTests
{
    private const int Paths = 20;

    private static readonly DateTimeOffset Now = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);

    private static readonly Threshold Sixty =
        new("lifecycle:stable", Metric.Health, 60, true, ThresholdDirection.Both, 2, TimeSpan.Zero, null);

    /// <summary>
    /// For each kind of history, <paramref name="known"/> days are used for the forecast. The test counts how often the score
    /// <paramref name="ahead"/> days later lies within the forecast interval, and gives every kind the same weight.
    /// </summary>
    [Test]
    public void Nine_tenths_of_held_back_scores_lie_within_the_interval([Values(15, 30, 90, 180)] int known, [Values(7, 30, 90)] int ahead)
    {
        var simulated = SimulatedScores.Processes.Select(
            kind => (Kind: kind, Share: Covered(seed => SimulatedScores.Process(kind, seed, known + ahead), known)));
        var replayed = SimulatedScores.Models.Select(
            model => (Kind: model, Share: Covered(seed => SimulatedScores.Replay(model, seed, known + ahead), known)));
        var shares = simulated.Concat(replayed).ToList();
        TestContext.Out.WriteLine(string.Join(", ", shares.Select(kind => $"{kind.Kind} {kind.Share:P0}")));
        Assert.That(shares.Average(kind => kind.Share), Is.InRange(0.8, 0.95), $"{known} days of history, {ahead} days ahead");
        Assert.That(shares.Select(kind => kind.Share), Is.All.AtLeast(0.6), "no kind of history is much worse");
    }

    [Test]
    public void A_falling_account_is_expected_to_cross_and_a_steady_one_is_not()
    {
        var falling = HealthForecast.Of([.. Enumerable.Range(0, 30).Select(day => 80 - (day * 0.6))], Now, 90, [Sixty]).Crossings.Single();
        Assert.That((falling.Threshold, falling.Direction), Is.EqualTo(("lifecycle:stable", CrossingDirection.Falling)));
        Assert.That(falling.Probability, Is.InRange(0.8, 1));
        Assert.That(falling.ExpectedAt, Is.InRange(Now.AddDays(1), Now.AddDays(15)));
        Assert.That(HealthForecast.Of([.. Enumerable.Repeat(95.0, 120)], Now, 30, [Sixty]).Crossings, Is.Empty);
    }

    [Test]
    public void Intervals_widen_and_stay_on_the_scale()
    {
        var points = HealthForecast.Of(SimulatedScores.Process("walk", 1, 60), Now, 90, []).Points;
        Assert.That(points.Select(point => point.At), Is.EqualTo(Enumerable.Range(1, 90).Select(day => Now.AddDays(day))));
        Assert.That(points.Select(point => point.High - point.Low).Take(20), Is.Ordered);
        Assert.That(points.SelectMany(point => new[] { point.Low, point.Score, point.High }), Has.All.InRange(0, 100));
        Assert.That(points, Has.All.Matches<ForecastPoint>(point => point!.Low <= point.Score && point.Score <= point.High));
        Assert.That(HealthForecast.Of([], Now, 90, [Sixty]), Is.EqualTo(HealthForecast.None), "without history there is no forecast");
    }

    [Test]
    public void The_interval_of_a_score_at_the_top_of_the_scale_includes_the_top()
    {
        var points = HealthForecast.Of([.. Enumerable.Repeat(100.0, 15)], Now, 90, []).Points;
        Assert.That(points.Select(point => point.High), Is.All.EqualTo(100));
        Assert.That(points[0].Low, Is.InRange(95, 100));
    }

    [Test]
    public void No_crossing_is_forecast_in_a_direction_that_the_threshold_does_not_report()
    {
        var daily = SimulatedScores.Process("walk", 3, 60);
        var from = daily[^1];
        var both = new Threshold("own", Metric.Health, from - 3, true, ThresholdDirection.Both, 2, TimeSpan.Zero, null);
        Assert.That(HealthForecast.Of(daily, Now, 90, [both]).Crossings.Single().Direction, Is.EqualTo(CrossingDirection.Falling));
        Assert.That(HealthForecast.Of(daily, Now, 90, [both with { Direction = ThresholdDirection.Rising }]).Crossings, Is.Empty);
    }

    [TestCase(0, 0.5)]
    [TestCase(1.6448536269514722, 0.95)]
    [TestCase(-1.959963984540054, 0.025)]
    public void The_cumulative_normal_distribution_is_exact_to_seven_decimals(double x, double expected) =>
        Assert.That(NormalDistribution.Cumulative(x), Is.EqualTo(expected).Within(1e-7));

    private static double Covered(Func<int, double[]> history, int known)
    {
        var within = Enumerable.Range(0, Paths).Count(seed =>
        {
            var path = history(seed);
            var point = HealthForecast.Of(path[..known], Now, path.Length - known, []).Points[^1];
            return path[^1] >= point.Low && path[^1] <= point.High;
        });
        return within / (double)Paths;
    }
}
