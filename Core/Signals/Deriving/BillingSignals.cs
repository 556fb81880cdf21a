using HealthApi.Core.Signals.Figures;

namespace HealthApi.Core.Signals.Deriving;

/// <summary>Derives the billing signals; missing before the first billing event.</summary>
internal static class BillingSignals
{
    private static readonly SignalValue Current = SignalValue.Of("current");
    private static readonly SignalValue Late = SignalValue.Of("late");
    private static readonly SignalValue Overdue = SignalValue.Of("overdue");

    public static void Derive(Derivation derivation)
    {
        var billing = derivation.Figures.Billing;
        if (billing.Newest == Instants.None)
        {
            return;
        }

        var open = billing.OpenAt(derivation.AsOf);
        derivation.Set(Signal.PaymentStatus, StatusOf(open), billing.Newest);
        derivation.Set(Signal.DaysOverdue, open.DaysOverdue, billing.Newest);
        Subscriptions(derivation, billing.Subscriptions);
    }

    private static void Subscriptions(Derivation derivation, SubscriptionFigures subscriptions)
    {
        if (derivation.Terms.Mrr(derivation.Account.Currency) is { } mrr)
        {
            var before = SubscriptionSum.AsStatedBy(subscriptions, derivation.AsOf - Windows.Days90)
                .Mrr(derivation.Terms.Currency(derivation.Account.Currency));
            derivation.Set(Signal.MrrChange90, Change(mrr.Value, before), Instants.Of(mrr.StatedAt));
        }

        if (derivation.Terms.ScheduledEnd is { } end)
        {
            derivation.Set(
                Signal.CancellationScheduled, Instants.WholeDays(derivation.AsOf, Instants.Of(end)),
                Instants.Of(derivation.Terms.EndStatedAt));
        }
    }

    private static SignalValue StatusOf(OpenClaim open) => open switch
    {
        { Failed: true } or { DaysOverdue: > OpenClaim.MostDaysLate } => Overdue,
        { DaysOverdue: > 0 } => Late,
        _ => Current,
    };

    private static double? Change(decimal now, decimal? before) => before > 0 ? (double)(now - before.Value) / (double)before.Value : null;
}
