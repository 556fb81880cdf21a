using HealthApi.Core.Events;
using HealthApi.Core.Signals;

namespace HealthApi.Api.Tests.Support.Data;

internal sealed partial class NaiveSignals
{
    private const int TicketMemoryDays = 400;

    private static readonly Sentiment[] WorstFirst = [Sentiment.Negative, Sentiment.Neutral, Sentiment.Positive];

    /// <summary>Events by ticket, ordered by time, then by type (as in a ticket's life), then by content.</summary>
    private List<List<HealthEvent>> Tickets =>
    [
        .. Of(EventFamily.Ticket).Where(e => In(TicketMemoryDays, e.OccurredAt)).GroupBy(e => Ticket(e).TicketId).Select(ticket => ticket
            .OrderBy(e => e.OccurredAt).ThenBy(e => e.Type).ThenBy(e => Ticket(e).Priority ?? 0).ThenBy(e => Ticket(e).Sentiment ?? 0)
            .ThenBy(e => Ticket(e).FirstContactResolution).ToList()),
    ];

    private static TicketData Ticket(HealthEvent e) => (TicketData)e.Data;

    private static DateTimeOffset? Opened(List<HealthEvent> ticket) =>
        ticket.Where(e => e.Type == EventType.TicketOpened).Min(e => (DateTimeOffset?)e.OccurredAt);

    private static DateTimeOffset? Resolved(List<HealthEvent> ticket) => Newest(ticket.Where(e => e.Type == EventType.TicketResolved));

    private static T? LastStated<T>(List<HealthEvent> ticket, Func<TicketData, T?> statement)
        where T : struct => ticket.Select(e => statement(Ticket(e))).LastOrDefault(stated => stated is not null);

    private void TicketCounts()
    {
        if (Newest(Of(EventFamily.Ticket)) is not { } newest)
        {
            return;
        }

        var opened = Tickets.Where(ticket => Opened(ticket) is { } at && In(30, at)).ToList();
        var openedBefore = Tickets.Count(ticket => Opened(ticket) is { } at && InPrevious(30, at));
        var urgent =
            Tickets.Count(ticket => Opened(ticket) is { } at && In(14, at) && LastStated(ticket, t => t.Priority) <= TicketPriority.P2);
        var escalations = Of(EventType.TicketEscalated);
        var recent = escalations.Count(e => In(30, e.OccurredAt));
        Number(Signal.Tickets30, opened.Count, newest);
        Number(Signal.TicketChange30, Change(opened.Count, openedBefore), newest);
        Number(Signal.HighPriorityTickets14, urgent, newest);
        Number(Signal.Escalations30, recent, newest);
        Number(Signal.EscalationChange30, Change(recent, escalations.Count(e => InPrevious(30, e.OccurredAt))), newest);
        Number(
            Signal.ExecutiveEscalations90,
            escalations.Count(e => In(90, e.OccurredAt) && Ticket(e).Level == EscalationLevel.Executive),
            newest);
    }

    private void TicketOutcomes()
    {
        var newest = Newest(Of(EventFamily.Ticket));
        var reopened = Of(EventType.TicketReopened).Count(e => In(90, e.OccurredAt));
        var resolutions = Of(EventType.TicketResolved).Count(e => In(90, e.OccurredAt));
        Number(Signal.ReopenRate90, Divide(reopened, resolutions), newest);
        var resolved = Tickets.Where(ticket => Resolved(ticket) is { } at && In(90, at)).ToList();
        var flags = resolved.Select(ticket => LastStated(ticket, t => t.FirstContactResolution)).OfType<bool>().ToList();
        Number(Signal.FirstContactResolution90, Divide(flags.Count(flag => flag), flags.Count), newest);
        var times = resolved.Where(ticket => Opened(ticket) <= Resolved(ticket))
            .Select(ticket => (decimal)(Resolved(ticket)!.Value - Opened(ticket)!.Value).Ticks / TimeSpan.TicksPerHour);
        Number(Signal.MeanTimeToResolveHours90, Mean(times), newest);
    }

    private void TicketSentiment()
    {
        var newest = Newest(Of(EventFamily.Ticket));
        if (Tickets.Any(IsEscalated))
        {
            Set(Signal.SupportSentiment, SignalValue.Of("escalated"), newest);
            return;
        }

        var votes = Tickets.Where(ticket => In(30, ticket[^1].OccurredAt))
            .Select(ticket => LastStated(ticket, t => t.Sentiment)).OfType<Sentiment>().ToList();
        if (votes.Count > 0)
        {
            var winner = WorstFirst.MaxBy(sentiment => votes.Count(vote => vote == sentiment));
            Set(Signal.SupportSentiment, SignalValue.Of(winner.ToString().ToLowerInvariant()), newest);
        }
    }

    private static bool IsEscalated(List<HealthEvent> ticket)
    {
        var escalated = ticket.FindLastIndex(e => e.Type == EventType.TicketEscalated);
        return escalated >= 0 && !ticket[escalated..].Exists(e => e.Type is EventType.TicketResolved or EventType.TicketClosed);
    }
}
