using HealthApi.Core.Events;
using HealthApi.Core.Signals;
using NUnit.Framework;
using static HealthApi.Api.Tests.Support.Data.SampleEvents;

namespace HealthApi.Api.Tests.Core.Signals;

internal sealed class PaymentSignalTests
{
    private const EventType Issued = EventType.BillingInvoiceIssued;
    private const EventType Paid = EventType.BillingInvoicePaid;
    private const EventType Failed = EventType.BillingPaymentFailed;
    private const EventType Overdue = EventType.BillingInvoiceOverdue;

    [TestCase(-10, "current", 0)]
    [TestCase(0.99, "current", 0)]
    [TestCase(1, "late", 1)]
    [TestCase(15.99, "late", 15)]
    [TestCase(16, "overdue", 16)]
    [TestCase(90, "overdue", 90)]
    public void An_unpaid_invoice_is_late_for_15_days_and_then_overdue(double dueDaysAgo, string status, double days) =>
        Expect(status, days, Billing(100, Issued, "in-1", dueDaysAgo));

    [Test]
    public void A_payment_settles_its_invoice_even_when_it_comes_before_the_invoice()
    {
        Expect("current", 0, Billing(60, Issued, "in-1", 40), Billing(20, Paid, "in-1"));
        Expect("current", 0, Billing(60, Paid, "in-1"), Billing(50, Issued, "in-1", 40));
        Expect("overdue", 40, Billing(60, Issued, "in-1", 40), Billing(20, Paid, "in-2"));
    }

    [Test]
    public void The_oldest_debt_decides() =>
        Expect("overdue", 50, Billing(60, Issued, "in-1", 5), Billing(60, Issued, "in-2", 50), Billing(60, Issued, "in-3", 10));

    [Test]
    public void The_due_date_of_a_later_event_supersedes_the_earlier_one() =>
        Expect("late", 3, Billing(60, Issued, "in-1", 40), Billing(50, Overdue, "in-1", 3));

    [TestCase(0, "late", 1)]
    [TestCase(7.5, "late", 7)]
    [TestCase(16, "overdue", 16)]
    public void An_overdue_event_without_a_due_date_counts_as_one_day_late_at_once(double daysAgo, string status, double days)
    {
        Expect(status, days, Billing(daysAgo, Overdue, "in-1"));
        Expect(status, days, Billing(daysAgo, Overdue));
        Expect(status, days, Billing(daysAgo, Overdue, "in-1"), Billing(daysAgo - 1, Overdue, "in-1"));
    }

    [Test]
    public void A_failed_payment_is_overdue_until_the_same_invoice_is_paid()
    {
        Expect("overdue", 0, Billing(2, Failed, "in-1"));
        Expect("overdue", 0, Billing(2, Failed, "in-1"), Billing(1, Paid, "in-2"));
        Expect("current", 0, Billing(2, Failed, "in-1"), Billing(1, Paid, "in-1"));
        Expect("current", 0, Billing(2, Failed, "in-1"), Billing(2, Paid, "in-1"));
    }

    [Test]
    public void A_failure_after_the_payment_reopens_the_invoice() =>
        Expect("overdue", 10, Billing(30, Issued, "in-1", 10), Billing(5, Paid, "in-1"), Billing(1, Failed, "in-1"));

    [Test]
    public void A_billing_event_without_an_invoice_is_settled_by_any_later_payment()
    {
        Expect("overdue", 0, Billing(3, Failed), Billing(4, Paid, "in-9"));
        Expect("current", 0, Billing(3, Failed), Billing(2, Paid, "in-9"));
        Expect("late", 5, Billing(40, Issued, due: 35), Billing(30, Paid), Billing(20, Issued, due: 5));
    }

    [Test]
    public void The_payment_status_is_missing_before_the_first_billing_event_and_current_after_it()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Derived(Usage(1))[Signal.PaymentStatus].IsMissing);
            Assert.That(Derived(Usage(1))[Signal.DaysOverdue].IsMissing);
        }

        Expect("current", 0, Billing(1, EventType.BillingSubscriptionCancelled));
    }

    [Test]
    public void A_debt_is_written_off_after_a_year() =>
        Expect("current", 0, Billing(365, Issued, "in-1", 350), Billing(365, Failed, "in-2"));

    private static void Expect(string status, double days, params HealthEvent[] events)
    {
        var signals = Derived(events);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(signals[Signal.PaymentStatus].Word, Is.EqualTo(status));
            Assert.That(signals[Signal.DaysOverdue].Number, Is.EqualTo(days));
            Assert.That(signals.EvidenceAt(Signal.PaymentStatus), Is.EqualTo(events.Max(e => e.OccurredAt)));
        }
    }
}
