using HealthApi.Core.Events;

namespace HealthApi.Core.Signals.Figures;

/// <summary>
/// Removes the entries of a ticket that cannot change a signal any more: those older than the horizon, and those that have left every
/// window that counts them while later entries state the same facts. The later entries are kept longer, so a removed entry can never matter
/// again, even if late events arrive.
/// </summary>
internal static class TicketPruning
{
    public static void Forget(Timeline<TicketEntry> entries, long asOf)
    {
        entries.Forget(asOf - Horizons.Tickets);
        var stated = default(StatedFacts);
        for (var index = entries.Count - 1; index >= 0; index--)
        {
            var entry = entries.Items[index];
            if (!stated.AddsTo(entry) && !IsCounted(entry, asOf))
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

    /// <summary>The facts that the entries so far, newest first, have stated.</summary>
    private struct StatedFacts
    {
        private bool _anything;
        private bool _priority;
        private bool _sentiment;
        private bool _firstContact;
        private bool _escalation;
        private bool _settlement;

        /// <summary>Adds an entry; true if it states a fact that no later entry states.</summary>
        public bool AddsTo(TicketEntry entry) =>
            IsNew(ref _anything, true)
            | IsNew(ref _priority, entry.Priority is not null)
            | IsNew(ref _sentiment, entry.Sentiment is not null)
            | IsNew(ref _firstContact, entry.FirstContactResolution is not null)
            | IsNew(ref _escalation, entry.Type == EventType.TicketEscalated)
            | IsNew(ref _settlement, entry.Settles);

        private static bool IsNew(ref bool stated, bool now)
        {
            var first = now && !stated;
            stated |= now;
            return first;
        }
    }
}
