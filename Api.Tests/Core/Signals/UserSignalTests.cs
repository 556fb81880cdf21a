using HealthApi.Core.Events;
using HealthApi.Core.Signals;
using NUnit.Framework;
using static HealthApi.Api.Tests.Support.Data.SampleEvents;

namespace HealthApi.Api.Tests.Core.Signals;

internal sealed class UserSignalTests
{
    [Test]
    public void Users_are_distinct_in_1_7_and_30_days()
    {
        var signals = Derived(
            Acme with { Licences = 8 },
            Usage(0.5, user: "ada"), Usage(0.6, user: "ada"), Usage(1, user: "bob"), Usage(6, user: "cleo"), Usage(7, user: "dan"),
            Usage(30, user: "eve"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(signals[Signal.DailyActiveUsers].Number, Is.EqualTo(1));
            Assert.That(signals[Signal.WeeklyActiveUsers].Number, Is.EqualTo(3));
            Assert.That(signals[Signal.MonthlyActiveUsers].Number, Is.EqualTo(4));
            Assert.That(signals[Signal.ActiveUserRatio].Number, Is.EqualTo(0.5));
            Assert.That(signals[Signal.DailyActiveRatio].Number, Is.EqualTo(0.125));
        }
    }

    [Test]
    public void The_user_count_of_a_snapshot_is_used_when_fewer_users_are_named()
    {
        var signals = Derived(
            Acme with { Licences = 10 },
            Snapshot(6, active: 90, daily: 30), Snapshot(2, active: 12, daily: 7), Snapshot(0.5, daily: 5), Usage(0.1, user: "ada"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(signals[Signal.MonthlyActiveUsers].Number, Is.EqualTo(12), "the newest snapshot that counts them");
            Assert.That(signals[Signal.WeeklyActiveUsers].Number, Is.EqualTo(30), "the highest daily count of the week");
            Assert.That(signals[Signal.DailyActiveUsers].Number, Is.EqualTo(5));
            Assert.That(signals[Signal.ActiveUserRatio].Number, Is.EqualTo(1), "ratios are capped at 1");
        }
    }

    [Test]
    public void The_count_of_an_old_snapshot_expires_to_0_and_stays_the_evidence()
    {
        var signals = Derived(Snapshot(31, active: 5, daily: 4));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(signals[Signal.MonthlyActiveUsers], Is.EqualTo(SignalValue.Of(0.0)));
            Assert.That(signals[Signal.WeeklyActiveUsers], Is.EqualTo(SignalValue.Of(0.0)));
            Assert.That(signals.EvidenceAt(Signal.MonthlyActiveUsers), Is.EqualTo(Now.AddDays(-31)));
        }
    }

    [Test]
    public void Users_are_missing_until_one_is_named_or_counted()
    {
        var signals = Derived(Acme with { Licences = 10 }, Usage(1), Usage(1, EventType.UsageLogin), Snapshot(1, records: 100));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(signals[Signal.MonthlyActiveUsers].IsMissing);
            Assert.That(signals[Signal.WeeklyActiveUsers].IsMissing);
            Assert.That(signals[Signal.DailyActiveUsers].IsMissing);
            Assert.That(signals[Signal.ActiveUserRatio].IsMissing);
            Assert.That(signals.EvidenceAt(Signal.ActiveUserRatio), Is.Null, "a missing signal has no evidence");
        }
    }

    [Test]
    public void A_monthly_count_gives_no_daily_count()
    {
        var signals = Derived(Snapshot(0.5, active: 50));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(signals[Signal.MonthlyActiveUsers].Number, Is.EqualTo(50));
            Assert.That(signals[Signal.DailyActiveUsers].IsMissing);
        }
    }

    [TestCase(null)]
    [TestCase(0)]
    public void Ratios_are_missing_without_licences(int? licences) =>
        Assert.That(Derived(Acme with { Licences = licences }, Usage(1, user: "ada"))[Signal.ActiveUserRatio].IsMissing);
}
