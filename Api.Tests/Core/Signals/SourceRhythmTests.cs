using HealthApi.Api.Tests.Support.Data;
using HealthApi.Core.Events;
using HealthApi.Core.Primitives;
using HealthApi.Core.Signals;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Core.Signals;

internal sealed class SourceRhythmTests
{
    private static readonly int[] Daily = [.. Enumerable.Range(1000, 60)],
        Weekly = [.. Enumerable.Range(0, 20).Select(week => 1000 + (week * 7))];
    private static readonly int[] Weekdays = [.. Enumerable.Range(1000, 60).Where(day => day % 7 < 5)],
        Quarterly = [1000, 1091, 1182, 1273, 1364];

    [TestCase("daily", 1.9, false)]
    [TestCase("daily", 2.1, true)]
    [TestCase("weekdays", 3.0, false)]
    [TestCase("weekdays", 4.6, true)]
    [TestCase("weekly", 10.0, false)]
    [TestCase("weekly", 11.0, true)]
    [TestCase("quarterly", 120.0, false)]
    [TestCase("quarterly", 140.0, true)]
    [TestCase("once", 29.0, false)]
    [TestCase("once", 31.0, true)]
    [TestCase("never", 1.0, false)]
    public void A_source_is_stale_when_it_is_silent_for_longer_than_usual(string rhythm, double silentDays, bool stale)
    {
        int[] days = rhythm switch
        {
            "daily" => Daily,
            "weekdays" => Weekdays,
            "weekly" => Weekly,
            "quarterly" => Quarterly,
            "once" => [1000],
            _ => []
        };
        var figures = new AccountFigures();
        foreach (var day in days.Order().Reverse()) figures.Apply(SampleEvents.Nps(0, 9) with { OccurredAt = Instant.FromDay(day) });
        var asOf = Instant.FromDay(days.DefaultIfEmpty(1000).Max()).AddDays(silentDays);
        var stored = AccountFigures.Decode(figures.Encode(asOf));
        Assert.That(figures.SilenceAt(asOf).Families.Contains(EventFamily.Nps), Is.EqualTo(stale));
        Assert.That(stored.SilenceAt(asOf).Families, Is.EqualTo(figures.SilenceAt(asOf).Families), "the days are stored");
        Assert.That(figures.SilenceAt(asOf).Families.Contains(EventFamily.Usage), Is.False, "a family without events is missing, not stale");
    }

    [Test]
    public void The_newest_day_of_figures_of_an_earlier_version_counts()
    {
        var before = new AccountFigures();
        before.Apply(SampleEvents.Nps(0, 9) with { OccurredAt = Instant.FromDay(1000) });
        var bytes = before.Encode(Instant.FromDay(1000));
        var figures = AccountFigures.Decode([AccountFigures.OldestReadable, .. bytes[1..^3]]);
        foreach (var day in (int[])[890, 892, 894, 896, 898])
            figures.Apply(SampleEvents.Nps(0, 9) with { OccurredAt = Instant.FromDay(day) });
        var stored = AccountFigures.Decode(figures.Encode(Instant.FromDay(1000)));
        Assert.That(
            stored.SilenceAt(Instant.FromDay(1010)).Families.IsEmpty, "a gap of 102 days before the newest day is usual for this account");
    }

    [TestCase(1)]
    [TestCase(7)]
    [TestCase(63)]
    [TestCase(64)]
    [TestCase(130)]
    public void The_days_of_any_order_are_the_same(int step)
    {
        int[] days = [.. Enumerable.Range(0, 9).Select(number => 20_000 + (number * step))];
        var figures = Enumerable.Range(0, 6).Select(seed =>
        {
            var shuffled = days.ToArray();
            new Random(seed).Shuffle(shuffled);
            var one = new AccountFigures();
            foreach (var day in shuffled) one.Apply(SampleEvents.Nps(0, 9) with { OccurredAt = Instant.FromDay(day) });
            return Convert.ToHexString(one.Encode(Instant.FromDay(days[^1])));
        });
        Assert.That(figures.Distinct().Count(), Is.EqualTo(1));
    }

    [Test]
    public void Only_the_three_signals_of_the_profile_have_no_event_family() => Assert.That(
        SignalCatalogue.All.Where(signal => signal.Signal.Family() is null).Select(signal => signal.Name),
            Is.EqualTo(new[] { "daysToRenewal", "renewalIncomplete", "accountAgeDays" }));
}
