using HealthApi.Core.Events;

namespace HealthApi.Core.Signals.Figures;

/// <summary>
/// Which entries of a ticket still matter. One is forgotten past the horizon, or as soon as it has left the windows that count it and a
/// later entry of the ticket says all it says: the later one outlives it, so it can never matter again, whatever arrives late.
/// </summary>
internal static class TicketPruning
{
    public static void Forget(Timeline<TicketEntry> entries, long asOf)
    {
        entries.Forget(asOf - Horizons.Tickets);
        var said = default(Said);
        for (var index = entries.Count - 1; index >= 0; index--)
        {
            var entry = entries.Items[index];
            if (!said.AddsTo(entry) && !IsCounted(entry, asOf))
            {
                entries.RemoveRange(index, 1);
            }
        }
    }

    private static bool IsCounted(TicketEntry entry, long asOf) => entry.Type switch
    {
        EventType.TicketOpened => true,
        EventType.TicketEscalated or EventType.TicketResolved
            or EventType.TicketReopened => Windows.Holds(Windows.Days90, entry.Instant, asOf),
        _ => false,
    };

    /// <summary>What the entries seen so far, newest first, have said.</summary>
    private struct Said
    {
        private bool _anything;
        private bool _priority;
        private bool _sentiment;
        private bool _firstContact;
        private bool _escalation;
        private bool _settlement;

        /// <summary>Takes an entry in; true when it says something that no later one has said.</summary>
        public bool AddsTo(TicketEntry entry) =>
            Says(ref _anything, true)
            | Says(ref _priority, entry.Priority is not null)
            | Says(ref _sentiment, entry.Sentiment is not null)
            | Says(ref _firstContact, entry.FirstContactResolution is not null)
            | Says(ref _escalation, entry.Type == EventType.TicketEscalated)
            | Says(ref _settlement, entry.Settles);

        private static bool Says(ref bool said, bool now)
        {
            var first = now && !said;
            said |= now;
            return first;
        }
    }
}
