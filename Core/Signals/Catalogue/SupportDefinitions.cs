using static HealthApi.Core.Signals.SignalDefinition;

namespace HealthApi.Core.Signals.Catalogue;

internal static class SupportDefinitions
{
    private const string Sentiment =
        "escalated while any ticket is escalated and neither resolved nor closed; else the majority over the tickets touched in the last "
        + "30 days, each with its newest sentiment, ties to the worse; missing without any.";

    public static IEnumerable<SignalDefinition> All =>
    [
        Number(Signal.Tickets30, "tickets", "P30D", "Tickets opened in the last 30 days."),
        Change(Signal.TicketChange30, "P30D", "tickets30 ÷ tickets30 of the 30 days before − 1; missing if that is 0."),
        Number(Signal.HighPriorityTickets14, "tickets", "P14D", "Tickets of priority p1 or p2 opened in the last 14 days."),
        Number(Signal.Escalations30, "escalations", "P30D", "Count of ticket.escalated in the last 30 days."),
        Number(Signal.ExecutiveEscalations90, "escalations", "P90D", "Escalations to executive level in the last 90 days."),
        Change(Signal.EscalationChange30, "P30D", "escalations30 ÷ escalations30 of the 30 days before − 1; missing if that is 0."),
        Change(Signal.TicketShift, "P28D", ShiftTexts.TicketShift),
        Word(Signal.TicketShiftGrade, "P28D", ShiftTexts.TicketGrade, ShiftTexts.Grades),
        Change(Signal.EscalationShift, "P28D", ShiftTexts.EscalationShift),
        Word(Signal.EscalationShiftGrade, "P28D", ShiftTexts.EscalationGrade, ShiftTexts.Grades),
        Number(
            Signal.ReopenRate90, "ratio", "P90D", "Count of ticket.reopened ÷ count of ticket.resolved in the last 90 days; may exceed 1."),
        Ratio(
            Signal.FirstContactResolution90, "P90D",
            "Share of the tickets resolved in the last 90 days that were resolved on first contact."),
        Number(
            Signal.MeanTimeToResolveHours90, "hours", "P90D", "Mean of resolved − opened over the tickets resolved in the last 90 days."),
        Word(Signal.SupportSentiment, "P30D", Sentiment, "positive", "neutral", "negative", "escalated"),
    ];
}
