using HealthApi.Api.Tests.Support.Data;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Core.Accounts;
using HealthApi.Core.Evaluation;
using HealthApi.Core.Events;
using HealthApi.Core.History;
using HealthApi.Core.Signals;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Core.History;

internal sealed class TimeTravelTests
{
    /// <summary>Events arrive up to ten days late. Live evaluation at an instant used the events that had arrived by then.</summary>
    [FsCheck.NUnit.Property(Arbitrary = [typeof(Histories)], MaxTest = 100)]
    public void Time_travel_gives_the_standing_that_was_shown_then_and_only_late_events_change_it(AccountHistory history)
    {
        var random = new Random(history.Seed);
        LoggedEvent[] log = [
            .. history.Events.OrderBy(happened => happened.OccurredAt)
            .Select(happened => new LoggedEvent(happened, happened.OccurredAt.AddDays(random.Next(3) * random.NextDouble() * 5)))];
        var past = AccountPast.Of(history.Account);
        var at = history.AsOf.AddDays(-random.NextDouble() * 40);
        var live = new AccountFigures();
        foreach (var logged in log.Where(logged => logged.ReceivedAt <= at)) live.Apply(logged.Event);
        var shown = AccountEvaluator.Stand(live, history.Account, TestPolicies.Default, at);
        var travel = new TimeTravel(null, past, TestPolicies.Default, at).Over(log);
        Assert.That(Figures(travel.AsKnownThen), Is.EqualTo(Figures(shown)));
        Assert.That(travel.Restated, Is.EqualTo(log.Any(logged => logged.IsLateFor(at))));
        if (!travel.Restated) Assert.That(Figures(travel.AsKnownNow), Is.EqualTo(Figures(shown)), "no event was late");
    }

    [Test]
    public void The_profile_and_the_override_at_an_instant_are_those_in_force_then()
    {
        var start = AccountHistory.Now;
        var stated = new AccountOverride
        {
            Id = "ovr_1",
            Score = 5,
            Reason = "x",
            SetBy = "y",
            SetAt = start.AddDays(20),
            ExpiresAt = start.AddDays(40),
            EndedAt = start.AddDays(30)
        };
        var named = new Account { Id = "a", Name = "Named" };
        var past = new AccountPast(named, start, [new ProfileVersion(start.AddDays(10), named)], [stated]);
        Assert.That(past.ProfileAt(start.AddDays(-1)).Name, Is.EqualTo("Named"), "before the account was known, its first profile applies");
        Assert.That(past.ProfileAt(start.AddDays(1)).Name, Is.EqualTo("a"), "known only by an event");
        Assert.That(
            new[] { 19, 20, 29, 30 }.Select(day => past.OverrideAt(start.AddDays(day)) is not null),
            Is.EqualTo(new[] { false, true, true, false }));
        Assert.That(past.AsKnownAt(start.AddDays(8)).Present.Name, Is.EqualTo("a"));
    }

    [Test]
    public void Before_the_first_known_profile_its_values_apply_except_renewal_status_and_churn()
    {
        var start = AccountHistory.Now;
        var first = new Account
        {
            Id = "a",
            Name = "First",
            Licences = 10,
            RenewalDate = start.AddDays(-100),
            RenewalStatus = RenewalStatus.Signed,
            ChurnedAt = start.AddDays(-90)
        };
        var second = first with { Name = "Second", RenewalStatus = RenewalStatus.Lost };
        var past = new AccountPast(second, start, [new ProfileVersion(start, first), new ProfileVersion(start.AddDays(5), second)], []);
        var before = past.ProfileAt(start.AddDays(-30));
        Assert.That(
            (before.Name, before.Licences, before.RenewalStatus, before.ChurnedAt),
            Is.EqualTo(("First", 10, RenewalStatus.None, (DateTimeOffset?)null)));
        var signals = SignalDeriver.Derive(new AccountFigures(), before, start.AddDays(-30));
        Assert.That(signals[Signal.DaysToRenewal].Number, Is.EqualTo(-70));
        Assert.That(signals[Signal.RenewalIncomplete].IsMissing, "it depends on the renewal status");
        Assert.That(
            SignalDeriver.Derive(new AccountFigures(), past.ProfileAt(start), start)[Signal.RenewalIncomplete].Flag, Is.False, "signed");
        Assert.That(
            SignalDeriver.Derive(new AccountFigures(), past.ProfileAt(start.AddDays(6)), start.AddDays(6))[Signal.RenewalIncomplete].Flag,
            "lost");
    }

    [Test]
    public void A_profile_with_an_effective_date_is_known_only_after_it_was_recorded()
    {
        var start = AccountHistory.Now;
        var (live, dated) = (new Account { Id = "a", Name = "Live" }, new Account { Id = "a", Name = "Dated" });
        var past = new AccountPast(
            live, start,
            [new ProfileVersion(start.AddDays(-50), dated) { RecordedAt = start.AddDays(9) }, new ProfileVersion(start.AddDays(1), live)],
            []);
        Assert.That(past.ProfileAt(start.AddDays(-1)).Name, Is.EqualTo("Dated"));
        Assert.That(past.ProfileAt(start.AddDays(2)).Name, Is.EqualTo("Live"));
        Assert.That(past.AsKnownAt(start.AddDays(8)).ProfileAt(start.AddDays(-1)).Name, Is.EqualTo("Live"), "the dated one came later");
        Assert.That(past.AsKnownAt(start.AddDays(0.5)).ProfileAt(start.AddDays(0.4)).Name, Is.EqualTo("a"), "no profile was recorded yet");
        var travel = new TimeTravel(null, past, TestPolicies.Default, start.AddDays(-1));
        Assert.That((travel.Restated, travel.AsKnownNow.Account.Name, travel.AsKnownThen.Account.Name), Is.EqualTo((true, "Dated", "a")));
    }

    private static (double?, string, double, string) Figures(AccountStanding standing) =>
        (standing.Health.Score, standing.Health.Category, standing.Risk.Score, standing.Risk.Level);
}
