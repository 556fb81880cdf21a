using static HealthApi.Core.Signals.SignalDefinition;

namespace HealthApi.Core.Signals.Catalogue;

internal static class CommercialDefinitions
{
    private const string Payment =
        "current; late 1–15 days overdue; overdue more than 15 days, or a failed payment not since paid; missing until the first billing "
            + "event.";

    public static IEnumerable<SignalDefinition> All =>
    [
        Word(Signal.PaymentStatus, null, Payment, "current", "late", "overdue"),
        Number(
            Signal.DaysOverdue, "days", null,
            "Whole days that the oldest unpaid invoice is overdue; missing until the first billing event."),
        Change(Signal.MrrChange90, "P90D", "Relative change of the MRR of all subscriptions over the last 90 days."),
        Number(
            Signal.CancellationScheduled, "days", null,
            "Whole days until the last running subscription ends; missing unless the end of each is set."),
        Number(Signal.DaysToRenewal, "days", null, "Whole days until renewalDate; negative once it is past.", minimum: null),
        Flag(Signal.RenewalIncomplete, null, "Renewal due within 30 days or past, and not signed."),
    ];
}
