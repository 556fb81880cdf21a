using HealthApi.Core.Events;
using HealthApi.Core.Primitives;
using HealthApi.Core.Signals;
using NUnit.Framework;
using static HealthApi.Api.Tests.Support.Data.SampleEvents;

namespace HealthApi.Api.Tests.Core.Signals;

internal sealed class UsageSignalTests
{
    private const double AMicrosecond = 1.0 / 86_400_000_000;

    [Test]
    public void Volume_sums_quantities_and_the_records_of_snapshots()
    {
        var signals = Derived(
            Acme with { ExpectedMonthlyVolume = 100, ContractedUsage = 10 },
            Usage(1, quantity: 2.5m), Usage(2), Usage(3, EventType.UsageLogin), Snapshot(4, records: 20), Snapshot(5, active: 3),
            Usage(31, quantity: 49));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(signals[Signal.UsageVolume30].Number, Is.EqualTo(24.5));
            Assert.That(signals[Signal.VolumeRatio].Number, Is.EqualTo(0.245));
            Assert.That(signals[Signal.ContractUtilisation].Number, Is.EqualTo(1), "ratios are capped at 1");
            Assert.That(signals[Signal.UsageChange30].Number, Is.EqualTo(-0.5));
            Assert.That(signals[Signal.Logins30].Number, Is.EqualTo(1));
            Assert.That(signals.EvidenceAt(Signal.UsageVolume30), Is.EqualTo(Now.AddDays(-1)));
        }
    }

    [Test]
    public void Sums_are_exact_where_doubles_are_not()
    {
        var tenths = Enumerable.Range(0, 100_000).Select(second => Usage(1 - (second / 86_400.0), quantity: 0.1m));
        Assert.That(Derived(tenths)[Signal.UsageVolume30].Number, Is.EqualTo(10_000));
    }

    [TestCase(30, 0, TestName = "Usage_of_exactly_30_days_ago_has_left_the_window")]
    [TestCase(30 - AMicrosecond, 1, TestName = "Usage_a_microsecond_later_is_inside_the_window")]
    [TestCase(-0.003, 1, TestName = "Usage_in_the_future_is_inside_the_window")]
    public void The_window_excludes_its_start(double daysAgo, double volume) =>
        Assert.That(Derived(Usage(daysAgo), Usage(100))[Signal.UsageVolume30].Number, Is.EqualTo(volume));

    [Test]
    public void A_fall_from_100_to_70_is_exactly_three_tenths()
    {
        var signals = Derived(Usage(1, quantity: 70), Usage(30, quantity: 100));
        Assert.That(signals[Signal.UsageChange30].Number, Is.EqualTo(-0.30));
    }

    [Test]
    public void A_change_is_missing_when_the_period_before_is_empty()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Derived(Usage(1))[Signal.UsageChange30].IsMissing);
            Assert.That(Derived(Usage(1), Usage(40, quantity: 0))[Signal.UsageChange30].IsMissing, "a sum of 0 is empty too");
            Assert.That(Derived(Usage(1), Usage(60))[Signal.UsageChange30].IsMissing, "60 days ago lies before the earlier period");
        }
    }

    [Test]
    public void Usage_signals_are_missing_before_the_first_usage_and_0_long_after_it()
    {
        var none = Derived(Nps(1, 9));
        var old = Derived(Usage(200));
        using (Assert.EnterMultipleScope())
        {
            foreach (var signal in (Signal[])[Signal.UsageVolume30, Signal.Logins30, Signal.LoginDays30])
            {
                Assert.That(none[signal].IsMissing, $"{signal} before the first usage");
                Assert.That(old[signal], Is.EqualTo(SignalValue.Of(0.0)), $"{signal} long after it");
            }

            Assert.That(none[Signal.DaysSinceLastActivity].IsMissing);
            Assert.That(old[Signal.DaysSinceLastActivity].Number, Is.EqualTo(200));
        }
    }

    [TestCase(0.99, 0)]
    [TestCase(1, 1)]
    [TestCase(13.5, 13)]
    [TestCase(-0.003, 0)]
    public void Days_since_last_activity_are_whole(double daysAgo, double days) =>
        Assert.That(Derived(Usage(daysAgo))[Signal.DaysSinceLastActivity].Number, Is.EqualTo(days));

    [Test]
    public void Login_days_are_distinct_utc_dates_with_any_usage()
    {
        var signals = Derived(Usage(0.1), Usage(0.2, EventType.UsageLogin), Snapshot(1, active: 1), Usage(0.6), Usage(30.1));
        Assert.That(
            signals[Signal.LoginDays30].Number, Is.EqualTo(2), "0.6 days before 12:00 is yesterday, like the snapshot");
    }

    /// <summary>A window of 30 days has at most 30 login days, wherever it begins and however dense the usage is.</summary>
    [FsCheck.NUnit.Property(MaxTest = 300)]
    public void A_window_has_no_more_login_days_than_days(FsCheck.PositiveInt step, FsCheck.PositiveInt shift, byte ahead)
    {
        var asOf = Now.AddSeconds(shift.Get % 86_400);
        var every = TimeSpan.FromMinutes(10 + (step.Get % 2_000));
        HealthEvent[] events = [
            .. Enumerable.Range(0, 300)
            .Select(index => Usage(0) with { Id = $"e{index}", OccurredAt = asOf.AddMinutes(ahead % 6) - (index * every) })];
        var days = SignalDeriver.Derive(FoldProperties.Fold(events), Acme, asOf)[Signal.LoginDays30].Number;
        var dates = events.Where(used => used.OccurredAt > asOf.AddDays(-30)).Select(used => used.OccurredAt.ToDay()).Distinct().Count();
        Assert.That(days, Is.EqualTo(Math.Min(30, dates)));
    }
}
