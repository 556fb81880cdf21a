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
        DateTimeOffset? newest = days.Length == 0 ? null : Instant.FromDay(days[^1]);
        Assert.That(SourceRhythm.IsStale(days, newest, (newest ?? Instant.FromDay(1000)).AddDays(silentDays)), Is.EqualTo(stale));
    }

    [Test]
    public void Only_the_three_signals_of_the_profile_have_no_event_family() => Assert.That(
        SignalCatalogue.All.Where(signal => signal.Signal.Family() is null).Select(signal => signal.Name),
            Is.EqualTo(new[] { "daysToRenewal", "renewalIncomplete", "accountAgeDays" }));
}
