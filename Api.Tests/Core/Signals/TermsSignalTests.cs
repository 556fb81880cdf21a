using HealthApi.Core.Accounts;
using HealthApi.Core.Events;
using HealthApi.Core.Signals;
using NUnit.Framework;
using static HealthApi.Api.Tests.Support.Data.SampleEvents;

namespace HealthApi.Api.Tests.Core.Signals;

internal sealed class TermsSignalTests
{
    [Test]
    public void The_revenue_change_compares_the_newest_revenue_with_that_of_90_days_ago()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                MrrChange(Billing(200, mrr: 50), Billing(90, mrr: 100), Billing(10, mrr: 70), Billing(40, mrr: 500)), Is.EqualTo(-0.3));
            Assert.That(MrrChange(Billing(300, mrr: 100)), Is.Zero, "stated once and never changed");
            Assert.That(MrrChange(Billing(89, mrr: 100), Billing(10, mrr: 70)), Is.Null, "no revenue was known 90 days ago");
            Assert.That(MrrChange(Billing(100, mrr: 0), Billing(10, mrr: 70)), Is.Null, "there is no ratio to a revenue of 0");
            Assert.That(MrrChange(Billing(100, mrr: 80), Billing(1, EventType.BillingSubscriptionCancelled, mrr: 0)), Is.EqualTo(-1));
        }
    }

    [TestCase(32, false)]
    [TestCase(31, false)]
    [TestCase(30.99, true)]
    [TestCase(-5, true)]
    public void A_renewal_is_incomplete_from_30_days_before(double daysAhead, bool incomplete) =>
        Assert.That(Renewing(daysAhead)[Signal.RenewalIncomplete].Flag, Is.EqualTo(incomplete));

    [TestCase(10.5, 10)]
    [TestCase(0, 0)]
    [TestCase(-0.5, -1)]
    public void Days_to_renewal_are_rounded_down_and_negative_once_past(double daysAhead, double days) =>
        Assert.That(Renewing(daysAhead)[Signal.DaysToRenewal].Number, Is.EqualTo(days));

    [TestCase(RenewalStatus.Signed, false)]
    [TestCase(RenewalStatus.Negotiating, true)]
    [TestCase(RenewalStatus.Lost, true)]
    public void Only_signed_completes_a_renewal(RenewalStatus status, bool incomplete) =>
        Assert.That(
            Derived(Acme with { RenewalDate = Now.AddDays(3), RenewalStatus = status })[Signal.RenewalIncomplete].Flag,
                Is.EqualTo(incomplete));

    [Test]
    public void A_renewal_event_without_a_date_completes_renewals_up_to_120_days_after_it()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Renewing(20, Billing(100, EventType.BillingRenewed))[Signal.RenewalIncomplete].Flag, Is.False);
            Assert.That(Renewing(20, Billing(101, EventType.BillingRenewed))[Signal.RenewalIncomplete].Flag, Is.True);
            Assert.That(Renewing(-300, Billing(1, EventType.BillingRenewed))[Signal.RenewalIncomplete].Flag, Is.False);
            Assert.That(
                Renewing(20, Billing(9, EventType.BillingRenewed)).EvidenceAt(Signal.RenewalIncomplete), Is.EqualTo(Now.AddDays(-9)));
        }
    }

    [Test]
    public void A_renewal_event_with_a_date_moves_the_renewal_date()
    {
        var signals = Renewing(5, Billing(1, EventType.BillingRenewed, renewal: 370));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(signals[Signal.DaysToRenewal].Number, Is.EqualTo(370));
            Assert.That(signals[Signal.RenewalIncomplete].Flag, Is.False);
            Assert.That(signals.EvidenceAt(Signal.DaysToRenewal), Is.EqualTo(Now.AddDays(-1)));
        }
    }

    [Test]
    public void Without_dates_in_the_profile_age_and_renewal_are_missing()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Derived()[Signal.RenewalIncomplete].IsMissing);
            Assert.That(Derived()[Signal.DaysToRenewal].IsMissing);
            Assert.That(Derived()[Signal.AccountAgeDays].IsMissing);
        }
    }

    [Test]
    public void The_account_age_counts_whole_days_and_has_no_event_as_evidence()
    {
        var signals = Derived(Acme with { CustomerSince = Now.AddDays(-90.9) });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(signals[Signal.AccountAgeDays].Number, Is.EqualTo(90));
            Assert.That(signals.EvidenceAt(Signal.AccountAgeDays), Is.Null);
        }
    }

    private static double? MrrChange(params HealthEvent[] events) =>
        Derived(events)[Signal.MrrChange90] is { IsMissing: false } change ? change.Number : null;

    private static SignalSet Renewing(double daysAhead, params HealthEvent[] events) =>
        Derived(Acme with { RenewalDate = Now.AddDays(daysAhead), RenewalStatus = RenewalStatus.Open }, events);
}
