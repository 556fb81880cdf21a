using HealthApi.Core.Events;
using HealthApi.Core.Signals;

namespace HealthApi.Api.Tests.Support.Data;

internal sealed partial class NaiveSignals
{
    private const int ClaimMemoryDays = 365;
    private const int PaymentMemoryDays = 400;

    private List<HealthEvent> BillingEvents => Of(EventFamily.Billing);

    private static BillingData Billing(HealthEvent e) => (BillingData)e.Data;

    private void Payments()
    {
        if (Newest(BillingEvents) is not { } newest)
        {
            return;
        }

        var named = BillingEvents.Where(e => Billing(e).InvoiceId is not null).GroupBy(e => Billing(e).InvoiceId);
        var debts = named.Select(invoice => Debt([.. invoice])).Append(AnonymousDebt()).ToList();
        var days = debts.Max(debt => debt.Days);
        var status = debts.Exists(debt => debt.Failed) || days > 15 ? "overdue" : days >= 1 ? "late" : "current";
        Set(Signal.PaymentStatus, SignalValue.Of(status), newest);
        Number(Signal.DaysOverdue, days, newest);
    }

    private (bool Failed, int Days) Debt(List<HealthEvent> invoice)
    {
        var paid = Newest(invoice.Where(e => e.Type == EventType.BillingInvoicePaid && In(PaymentMemoryDays, e.OccurredAt)));
        var claims = invoice.Where(e => In(ClaimMemoryDays, e.OccurredAt)).ToList();
        var failed = Newest(claims.Where(e => e.Type == EventType.BillingPaymentFailed));
        if (paid is not null && !(failed > paid))
        {
            return (false, 0);
        }

        var due = claims.Where(e => Billing(e).DueDate is not null && IsInvoiceEvent(e)).OrderBy(e => e.OccurredAt)
            .ThenBy(e => Billing(e).DueDate)
            .Select(e => Billing(e).DueDate).LastOrDefault();
        var noticed = claims.Where(e => e.Type == EventType.BillingInvoiceOverdue).Min(e => (DateTimeOffset?)e.OccurredAt);
        return (failed is not null, DaysOverdue(due, noticed));
    }

    private (bool Failed, int Days) AnonymousDebt()
    {
        var paid = Newest(Of(EventType.BillingInvoicePaid)) ?? DateTimeOffset.MinValue;
        var claims = BillingEvents.Where(e => Billing(e).InvoiceId is null && IsInvoiceEvent(e)
            && In(ClaimMemoryDays, e.OccurredAt) && e.OccurredAt > paid).ToList();
        var days = claims.Select(e => DaysOverdue(Billing(e).DueDate, e.Type == EventType.BillingInvoiceOverdue ? e.OccurredAt : null));
        return (claims.Exists(e => e.Type == EventType.BillingPaymentFailed), days.DefaultIfEmpty(0).Max());
    }

    private static bool IsInvoiceEvent(HealthEvent e) =>
        e.Type is EventType.BillingInvoiceIssued or EventType.BillingInvoicePaid or EventType.BillingPaymentFailed
            or EventType.BillingInvoiceOverdue;

    private int DaysOverdue(DateTimeOffset? due, DateTimeOffset? noticed) =>
        due is { } date ? Math.Max(0, FloorDays(date, asOf)) : noticed is { } notice ? Math.Max(1, FloorDays(notice, asOf)) : 0;
}
