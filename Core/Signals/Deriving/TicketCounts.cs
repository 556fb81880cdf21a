using HealthApi.Core.Events;
using HealthApi.Core.Signals.Figures;

namespace HealthApi.Core.Signals.Deriving;

/// <summary>The counts from which the ticket signals are derived, over all tickets of an account at an instant.</summary>
internal struct TicketCounts(long asOf)
{
    private readonly long[] _touched = new long[(int)Sentiment.Negative + 1];

    public long Opened { get; private set; }

    public long OpenedBefore { get; private set; }

    public long Urgent { get; private set; }

    public long Escalations { get; private set; }

    public long EscalationsBefore { get; private set; }

    public long ExecutiveEscalations { get; private set; }

    public long Resolutions { get; private set; }

    public long Reopenings { get; private set; }

    public long FirstContactKnown { get; private set; }

    public long FirstContact { get; private set; }

    public long TicketsTimed { get; private set; }

    public long TimeToResolve { get; private set; }

    public bool AnyEscalated { get; private set; }

    /// <summary>The number of tickets touched in the last 30 days, by their newest sentiment.</summary>
    public readonly ReadOnlySpan<long> Touched => _touched;

    public void Add(ReadOnlySpan<TicketEntry> entries)
    {
        foreach (ref readonly var entry in entries)
        {
            CountEvent(entry);
        }

        var ticket = new Ticket(entries);
        CountOpening(ticket);
        CountResolution(ticket);
        AnyEscalated |= ticket.Escalated;
        if (ticket.Sentiment is { } sentiment && Windows.Holds(Windows.Days30, ticket.Newest, asOf))
        {
            _touched[(int)sentiment]++;
        }
    }

    private void CountEvent(TicketEntry entry)
    {
        var inQuarter = Windows.Holds(Windows.Days90, entry.Instant, asOf);
        switch (entry.Type)
        {
            case EventType.TicketEscalated:
                Escalations += Windows.Holds(Windows.Days30, entry.Instant, asOf) ? 1 : 0;
                EscalationsBefore += Windows.PreviousHolds(Windows.Days30, entry.Instant, asOf) ? 1 : 0;
                ExecutiveEscalations += inQuarter && entry.Executive ? 1 : 0;
                break;
            case EventType.TicketResolved:
                Resolutions += inQuarter ? 1 : 0;
                break;
            case EventType.TicketReopened:
                Reopenings += inQuarter ? 1 : 0;
                break;
        }
    }

    private void CountOpening(in Ticket ticket)
    {
        Opened += Windows.Holds(Windows.Days30, ticket.Opened, asOf) ? 1 : 0;
        OpenedBefore += Windows.PreviousHolds(Windows.Days30, ticket.Opened, asOf) ? 1 : 0;
        Urgent += ticket.Urgent && Windows.Holds(Windows.Days14, ticket.Opened, asOf) ? 1 : 0;
    }

    private void CountResolution(in Ticket ticket)
    {
        if (!Windows.Holds(Windows.Days90, ticket.Resolved, asOf))
        {
            return;
        }

        FirstContactKnown += ticket.FirstContactResolution is null ? 0 : 1;
        FirstContact += ticket.FirstContactResolution is true ? 1 : 0;
        if (ticket.Opened != Instants.None && ticket.Opened <= ticket.Resolved)
        {
            TicketsTimed++;
            TimeToResolve += ticket.Resolved - ticket.Opened;
        }
    }
}
