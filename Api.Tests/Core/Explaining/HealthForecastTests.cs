using HealthApi.Core.Explaining;
using HealthApi.Core.Thresholds;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Core.Explaining;

internal sealed class HealthForecastTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);

    private static readonly Threshold Sixty = new("lifecycle:stable", Metric.Health, 60, true, ThresholdDirection.Both, 2, TimeSpan.Zero, null);

    /// <summary>How far a path's scores were from 90 % intervals drawn before they were known.</summary>
    [TestCase("walk", 7)]
    [TestCase("walk", 30)]
    [TestCase("walk", 60)]
    [TestCase("noise", 7)]
    [TestCase("noise", 30)]
    [TestCase("fading trend", 7)]
    [TestCase("fading trend", 30)]
    [TestCase("steps", 7)]
    [TestCase("steps", 30)]
    public void About_nine_tenths_of_held_back_history_lies_within_the_interval(string kind, int ahead)
    {
        const int Paths = 400, Known = 120;
        var within = 0;
        for (var seed = 0; seed < Paths; seed++)
        {
            var path = Generate(kind, new Random(seed), Known + ahead);
            var point = HealthForecast.Of(path[..Known], Now, ahead, []).Points[^1];
            within += path[^1] >= point.Low && path[^1] <= point.High ? 1 : 0;
        }

        Assert.That(within / (double)Paths, Is.InRange(0.84, 1), $"{kind}, {ahead} days ahead");
        if (kind == "walk") Assert.That(within / (double)Paths, Is.AtMost(0.97), "an interval that holds everything says nothing");
    }

    [Test]
    public void A_falling_account_is_expected_to_cross_and_a_steady_one_is_not()
    {
        var falling = HealthForecast.Of([.. Enumerable.Range(0, 30).Select(day => 80 - (day * 0.6))], Now, 90, [Sixty]).Crossings.Single();
        Assert.That((falling.Threshold, falling.Direction), Is.EqualTo(("lifecycle:stable", CrossingDirection.Falling)));
        Assert.That(falling.Probability, Is.InRange(0.5, 1));
        Assert.That(falling.ExpectedAt, Is.InRange(Now.AddDays(1), Now.AddDays(30)));
        Assert.That(HealthForecast.Of([.. Enumerable.Repeat(95.0, 120)], Now, 30, [Sixty]).Crossings, Is.Empty);
    }

    [Test]
    public void Intervals_widen_and_stay_on_the_scale()
    {
        var points = HealthForecast.Of([.. Generate("walk", new Random(1), 60)], Now, 90, []).Points;
        Assert.That(points.Select(point => point.At), Is.EqualTo(Enumerable.Range(1, 90).Select(day => Now.AddDays(day))));
        Assert.That(points.Select(point => point.High - point.Low).Take(20), Is.Ordered);
        Assert.That(points.SelectMany(point => new[] { point.Low, point.Score, point.High }), Has.All.InRange(0, 100));
        Assert.That(HealthForecast.Of([], Now, 90, [Sixty]), Is.EqualTo(HealthForecast.None), "nothing known, nothing told");
    }

    [TestCase(0, 0.5)]
    [TestCase(1.6448536269514722, 0.95)]
    [TestCase(-1.959963984540054, 0.025)]
    public void The_normal_distribution(double x, double expected) => Assert.That(NormalDistribution.Cumulative(x), Is.EqualTo(expected).Within(1e-7));

    private static double[] Generate(string kind, Random random, int days)
    {
        var (path, level, trend) = (new double[days], 40 + (random.NextDouble() * 30), Normal(random) * 0.6);
        for (var day = 0; day < days; day++)
        {
            trend *= 0.97;
            level = kind switch
            {
                "walk" => level + (Normal(random) * 1.2),
                "fading trend" => level + trend + (Normal(random) * 0.5),
                "steps" => random.NextDouble() < 0.05 ? level + (Normal(random) * 6) : level,
                _ => level,
            };
            level = Math.Clamp(level, 0, 100);
            path[day] = Math.Clamp(level + (kind == "noise" ? Normal(random) * 3 : 0), 0, 100);
        }

        return path;
    }

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
