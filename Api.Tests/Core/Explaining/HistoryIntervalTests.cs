using HealthApi.Core.Explaining;
using HealthApi.Core.History;
using HealthApi.Core.Primitives;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Core.Explaining;

internal sealed class HistoryIntervalTests
{
    [TestCase(HistoryInterval.Day, "2026-11-22", "2026-11-22")]
    [TestCase(HistoryInterval.Week, "2026-11-22", "2026-11-16")]
    [TestCase(HistoryInterval.Week, "2026-11-23", "2026-11-23")]
    [TestCase(HistoryInterval.Week, "1969-12-31", "1969-12-29")]
    [TestCase(HistoryInterval.Month, "2026-11-22", "2026-11-01")]
    [TestCase(HistoryInterval.Month, "2024-02-29", "2024-02-01")]
    public void Weeks_begin_on_Monday_and_months_on_the_first(HistoryInterval interval, string day, string start) =>
        Assert.That(Instant.FromDay(interval.StartOf(Day(day))), Is.EqualTo(Instant.FromDay(Day(start))));

    [Test]
    public void A_period_shows_the_standing_at_its_end()
    {
        var days =
            HistoryIntervals.Fill([At("2026-11-10", 50), At("2026-11-13", 60), At("2026-11-17", 70)], Day("2026-11-09"), Day("2026-11-18"));
        Assert.That(
            days.Select(day => day.Score), Is.EqualTo(new double?[] { 50, 50, 50, 60, 60, 60, 60, 70, 70 }),
            "a row holds until the next row, and days before the first row have none");
        Assert.That(
            HistoryInterval.Week.Group(days).Select(week => (week.At.Day, week.Score)),
            Is.EqualTo(new (int, double?)[] { (9, 60), (16, 70) }));
    }

    private static int Day(string date) => DateTimeOffset.Parse(date + "T00:00:00Z").ToDay();

    private static DayStanding At(string date, double score) => new(Day(date), Instant.FromDay(Day(date)), score, "any", 0, "low");
}
