using HealthApi.Infrastructure.Events;

namespace HealthApi.Infrastructure.Evaluation;

/// <summary>What became of events that were handed to the event log.</summary>
/// <param name="Parked">Could not be processed, and are kept in <c>parked_events</c> with the reason.</param>
/// <param name="Dropped">Their account was erased after they were accepted.</param>
/// <param name="Crossings">Crossings that they decided, sent or not.</param>
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
