using HealthApi.Core.Accounts;
using HealthApi.Core.Events;
using HealthApi.Core.Signals;
using NUnit.Framework;
using static HealthApi.Api.Tests.Support.Data.SampleEvents;

namespace HealthApi.Api.Tests.Core.Signals;

internal sealed class NextChangeTests
{
    private static readonly SignalUses Every = SignalUses.Every(new DaySteps([DayStep.Along(Signal.DaysSinceLastActivity, 0, 31)]));

    [Test]
    public void An_account_without_events_and_dates_never_changes_by_time_alone() => Assert.That(Next(), Is.Null);

    [Test]
    public void Inactivity_changes_at_whole_days_up_to_the_last_one_that_a_condition_uses()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Next(Usage(0.25)), Is.EqualTo(Now.AddDays(0.75)));
            Assert.That(Next(Usage(40)), Is.EqualTo(Now.AddDays(20)), "after that only the 60-day window can change");
            Assert.That(Next(Usage(60)), Is.Null);
        }
    }

    [Test]
    public void Payment_changes_when_an_invoice_becomes_late_or_overdue_or_is_written_off()
    {
        const EventType issued = EventType.BillingInvoiceIssued;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Next(Billing(50, issued, "in-1", 0.5)), Is.EqualTo(Now.AddDays(0.5)), "late");
            Assert.That(Next(Billing(50, issued, "in-1", -3)), Is.EqualTo(Now.AddDays(4)), "late");
            Assert.That(Next(Billing(50, issued, "in-1", 1)), Is.EqualTo(Now.AddDays(15)), "overdue");
            Assert.That(Next(Billing(50, issued, "in-1", 16)), Is.EqualTo(Now.AddDays(365 - 50)), "written off");
            Assert.That(
                Next(Billing(50, issued, "in-1", 0.5), Billing(1, EventType.BillingInvoicePaid, "in-1")), Is.EqualTo(Now.AddDays(399)));
        }
    }

    [Test]
    public void Renewal_phase_and_churn_change_on_their_dates()
    {
        var figures = Figures();
        var renewing = Acme with { RenewalDate = Now.AddDays(200) };
        var due = SignalDeriver.NextChange(figures, renewing, SegmentPolicy.Default.Phases, Every, Now.AddDays(115));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                SignalDeriver.NextChange(figures, renewing, SegmentPolicy.Default.Phases, Every, Now), Is.EqualTo(Now.AddDays(110)),
                "the renewal phase begins");
            Assert.That(due, Is.EqualTo(Now.AddDays(169).AddMicroseconds(1)), "30 whole days are left");
            Assert.That(
                SignalDeriver.NextChange(figures, Acme with { CustomerSince = Now }, SegmentPolicy.Default.Phases, Every, Now),
                Is.EqualTo(Now.AddDays(91)), "onboarding ends");
            Assert.That(
                SignalDeriver.NextChange(figures, Acme with { ChurnedAt = Now.AddDays(5) }, SegmentPolicy.Default.Phases, Every, Now),
                Is.EqualTo(Now.AddDays(5)));
        }
    }

    private static DateTimeOffset? Next(params HealthEvent[] events) =>
        SignalDeriver.NextChange(Figures(events), Acme, SegmentPolicy.Default.Phases, Every, Now);
}
