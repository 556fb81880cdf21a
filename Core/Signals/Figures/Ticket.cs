using HealthApi.Core.Events;

namespace HealthApi.Core.Signals.Figures;

/// <summary>
/// The state of a ticket at an instant, from its entries in order. Of several statements of a fact the newest counts; of several openings
/// the earliest. The caller leaves out entries older than <see cref="Horizons.Tickets"/>.
/// </summary>
internal readonly ref struct Ticket
{
    public Ticket(ReadOnlySpan<TicketEntry> entries)
    {
        foreach (ref readonly var entry in entries)
        {
            Newest = entry.Instant;
            Priority = entry.Priority ?? Priority;
            Sentiment = entry.Sentiment ?? Sentiment;
            FirstContactResolution = entry.FirstContactResolution ?? FirstContactResolution;
            Opened = entry.Type == EventType.TicketOpened && Opened == Instants.None ? entry.Instant : Opened;
            Resolved = entry.Type == EventType.TicketResolved ? entry.Instant : Resolved;
            Escalated = entry.Type == EventType.TicketEscalated || (Escalated && !entry.Settles);
        }
    }

    public long Newest { get; } = Instants.None;

    public long Opened { get; } = Instants.None;

    /// <summary>The instant of the newest resolution.</summary>
    public long Resolved { get; } = Instants.None;

    /// <summary>Escalated and neither resolved nor closed since.</summary>
    public bool Escalated { get; }

    public TicketPriority? Priority { get; }

    public Sentiment? Sentiment { get; }

    public bool? FirstContactResolution { get; }

    public bool Urgent => Priority is TicketPriority.P1 or TicketPriority.P2;
}
