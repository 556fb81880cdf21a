using HealthApi.Core.Signals.Figures;
using HealthApi.Core.Signals.Shifts;

namespace HealthApi.Core.Signals.Deriving;

/// <summary>Derives the shift signals: lasting changes against the account's own base. They change only at midnight UTC.</summary>
internal static class ShiftSignals
{
    public static void Derive(Derivation derivation)
    {
        var (usage, tickets) = (derivation.Figures.Usage, derivation.Figures.Tickets);
        Set(derivation, Signal.UsageShift, Signal.UsageShiftGrade, usage.Days, usage.Newest);
        Set(derivation, Signal.TicketShift, Signal.TicketShiftGrade, tickets.Openings, tickets.Newest);
        Set(derivation, Signal.EscalationShift, Signal.EscalationShiftGrade, tickets.Escalations, tickets.Newest);
        derivation.Remember(usage.Days, tickets.Openings, tickets.Escalations);
    }

    public static void Edges(AccountFigures figures, ref NextEdge next)
    {
        if (next.Uses.Any(Signal.UsageShift, Signal.UsageShiftGrade)) Edge(figures.Usage.Days, ref next);
        if (next.Uses.Any(Signal.TicketShift, Signal.TicketShiftGrade)) Edge(figures.Tickets.Openings, ref next);
        if (next.Uses.Any(Signal.EscalationShift, Signal.EscalationShiftGrade)) Edge(figures.Tickets.Escalations, ref next);
    }

    private static void Edge(DailySums days, ref NextEdge next)
    {
        if (days.NextChangeAfter(next.AsOf) is { } change) next.At(change);
    }

    private static void Set(Derivation derivation, Signal shift, Signal grade, DailySums days, long newest)
    {
        if (newest == Instants.None || days.MarkAt(derivation.AsOf) is not { Grade: not ShiftGrade.Missing } mark) return;
        derivation.Set(shift, mark.Value, newest);
        derivation.Set(grade, mark.Grade.Value(), newest);
    }
}
