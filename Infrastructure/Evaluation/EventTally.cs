using HealthApi.Infrastructure.Events;

namespace HealthApi.Infrastructure.Evaluation;

/// <summary>The results of processed events, in numbers.</summary>
/// <param name="New">Events that were added to the event log.</param>
/// <param name="Duplicates">Events that the event log already had.</param>
/// <param name="Conflicts">Events for whose identity the event log has another content.</param>
/// <param name="Parked">Events that could not be processed and are stored in <c>parked_events</c> with the reason.</param>
/// <param name="Dropped">Events whose account was erased after they were accepted.</param>
/// <param name="Crossings">Crossings that the events caused, whether a message is sent or not.</param>
public readonly record struct EventTally(int New, int Duplicates, int Conflicts, int Parked, int Dropped = 0, int Crossings = 0)
{
    public static EventTally Of(IReadOnlyList<EventFate> fates)
    {
        Span<int> counts = stackalloc int[(int)EventFate.Dropped + 1];
        foreach (var fate in fates) counts[(int)fate]++;
        return new EventTally(
            counts[(int)EventFate.New], counts[(int)EventFate.Duplicate], counts[(int)EventFate.Conflict], 0,
            counts[(int)EventFate.Dropped]);
    }

    public static EventTally operator +(EventTally left, EventTally right) => new(
        left.New + right.New,
        left.Duplicates + right.Duplicates,
        left.Conflicts + right.Conflicts,
        left.Parked + right.Parked,
        left.Dropped + right.Dropped,
        left.Crossings + right.Crossings);

    public EventTally Add(EventTally other) => this + other;
}
