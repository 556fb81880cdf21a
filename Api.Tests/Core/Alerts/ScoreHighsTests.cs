using FsCheck;
using FsCheck.Fluent;
using HealthApi.Core.Alerts;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Core.Alerts;

internal sealed class ScoreHighsTests
{
    private static readonly DateTimeOffset Start = AlertPath.Start;

    [Test]
    public void A_steady_or_rising_score_keeps_nothing()
    {
        IReadOnlyList<ScoreHigh> highs = [];
        double? former = null;
        foreach (var (day, score) in new double[] { 50, 50, 60, 70, 70 }.Index())
        {
            highs = ScoreHighs.Next(highs, former, score, Start.AddDays(day));
            Assert.That(highs, Is.Empty);
            former = score;
        }
    }

    [Test]
    public void A_former_score_counts_until_the_time_since_it_stood_has_passed()
    {
        var highs = ScoreHighs.Next([], 90, 60, Start);
        var window = TimeSpan.FromDays(14);
        Assert.That(ScoreHighs.Highest(highs, window, Start.AddDays(13.9)), Is.EqualTo(90));
        Assert.That(ScoreHighs.LeavesAt(highs, window, Start.AddDays(1)), Is.EqualTo(Start.AddDays(14)));
        Assert.That(ScoreHighs.Highest(highs, window, Start.AddDays(14)), Is.Null);
        Assert.That(ScoreHighs.Highest(highs, TimeSpan.FromDays(1), Start.AddHours(25)), Is.Null, "of the last day there is none");
    }

    [FsCheck.NUnit.Property(Arbitrary = [typeof(Walks)], QuietOnSuccess = true)]
    public void The_highest_score_is_that_of_the_whole_history(Walk walk)
    {
        IReadOnlyList<ScoreHigh> highs = [];
        var past = new List<(DateTimeOffset Until, double Score)>();
        var (at, former) = (Start, (double?)null);
        foreach (var (hours, score) in walk.Steps)
        {
            at = at.AddHours(hours);
            if (former is { } stood) past.Add((at, stood));
            highs = ScoreHighs.Next(highs, former, score, at);
            var highest = past.Where(one => at - one.Until < TimeSpan.FromDays(14)).Select(one => one.Score).Append(score).Max();
            Assert.That(ScoreHighs.Highest(highs, TimeSpan.FromDays(14), at) ?? score, Is.EqualTo(highest));
            former = score;
        }
    }

    internal sealed record Walk(IReadOnlyList<(int Hours, double Score)> Steps);

    private static class Walks
    {
        // Whole days, so that scores of one day are not merged.
        public static Arbitrary<Walk> Any() => Arb.From(
            from steps in Gen.ListOf(from days in Gen.Choose(1, 6) from score in Gen.Choose(0, 10) select (days * 24, score * 10.0))
            select new Walk([.. steps]));
    }
}
