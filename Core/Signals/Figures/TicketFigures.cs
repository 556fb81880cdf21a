using HealthApi.Core.Events;
using HealthApi.Core.Signals.Shifts;

namespace HealthApi.Core.Signals.Figures;

/// <summary>The figures of the ticket family: for each ticket the entries that can still change a signal.</summary>
internal sealed class TicketFigures : IFamilyFigures, IEdges
{
    /// <summary>One event, in millionths.</summary>
    private const uint One = 1_000_000;

    public long Newest { get; private set; } = Instants.None;

    /// <summary>The entries by ticket id.</summary>
    public SortedNames<Timeline<TicketEntry>> Tickets { get; } = new();

    /// <summary>The openings and escalations of each day, for their shifts; a day with any ticket event is in both.</summary>
    public DailySums Openings { get; private set; } = new(ShiftRule.Rise);

    /// <inheritdoc cref="Openings"/>
    public DailySums Escalations { get; private set; } = new(ShiftRule.Rise);

    public int Count => Tickets.Count;

    public void Apply(EventType type, TicketData data, long instant)
    {
        Newest = Math.Max(Newest, instant);
        var index = Tickets.Find(data.TicketId);
        var entries = index >= 0 ? Tickets.Values[index] : Tickets.GetOrAdd(data.TicketId, new Timeline<TicketEntry>());
        entries.Add(new TicketEntry(instant, type, data));
        Openings.Add(instant, type == EventType.TicketOpened ? One : 0);
        Escalations.Add(instant, type == EventType.TicketEscalated ? One : 0);
    }

    public void TakeDays(TicketFigures other) => (Openings, Escalations) = (other.Openings, other.Escalations);

    public void Forget(long asOf)
    {
        foreach (var entries in Tickets.Values)
        {
            TicketPruning.Forget(entries, asOf);
        }

        Tickets.Keep(0, static (entries, _) => entries.Count > 0);
        Openings.Forget(asOf);
        Escalations.Forget(asOf);
    }

    public void Edges(ref NextEdge next)
    {
        foreach (var entries in Tickets.Values)
        {
            foreach (ref readonly var entry in entries.Items)
            {
                EntryEdges(entry, ref next);
            }

            next.Leaves(entries.Newest, Windows.Days30);
        }
    }

    public void Write(ref FigureWriter writer)
    {
        writer.OptionalInstant(Newest);
        Tickets.Write(ref writer);
        Openings.Write(ref writer);
        Escalations.Write(ref writer);
    }

    public void Fill(ref FigureReader reader)
    {
        Newest = reader.OptionalInstant();
        Tickets.Fill(ref reader);
        Openings.Fill(ref reader);
        Escalations.Fill(ref reader);
    }

    private static void EntryEdges(TicketEntry entry, ref NextEdge next)
    {
        next.Leaves(entry.Instant, Horizons.Tickets);
        if (entry.Type == EventType.TicketOpened)
        {
            next.Leaves(entry.Instant, Windows.Days14);
        }

        if (entry.Type is EventType.TicketOpened or EventType.TicketEscalated)
        {
            next.Leaves(entry.Instant, Windows.Days30);
            next.Leaves(entry.Instant, 2 * Windows.Days30);
        }

        if (entry.Type is EventType.TicketEscalated or EventType.TicketResolved or EventType.TicketReopened)
        {
            next.Leaves(entry.Instant, Windows.Days90);
        }
    }
}
