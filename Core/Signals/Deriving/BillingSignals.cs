using HealthApi.Core.Signals.Figures;

namespace HealthApi.Core.Signals.Deriving;

/// <summary>What is owed and how revenue moved; missing before the first billing event.</summary>
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
        derivation.Set(Signal.MrrChange90, MrrChange(billing.Mrr, derivation.AsOf), billing.Mrr.Newest);
    }

    private static SignalValue StatusOf(OpenClaim open) => open switch
    {
        { Failed: true } or { DaysOverdue: > OpenClaim.MostDaysLate } => Overdue,
        { DaysOverdue: > 0 } => Late,
        _ => Current,
    };

    private static double? MrrChange(Timeline<MrrPoint> told, long asOf)
    {
        var next = told.IndexAfter(asOf - Windows.Days90);
        if (next == 0 || told.Items[next - 1].Mrr is var before && before <= 0)
        {
            return null;
        }

        return (double)(told.Items[^1].Mrr - before) / (double)before;
    }
}
