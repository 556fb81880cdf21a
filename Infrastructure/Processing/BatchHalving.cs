using HealthApi.Core.Events;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Processing;

/// <summary>
/// Finds the events of a failed batch that fail alone, in two attempts for each power of two. The others are applied on the way, in their order.
/// </summary>
/// <param name="attempt">Processes some of the events in one transaction; returns the failure where nothing was applied.</param>
internal sealed class BatchHalving(Func<IReadOnlyList<EventEnvelope>, Task<(EventTally Tally, Exception? Failure)>> attempt)
{
    /// <summary>So many events that fail unexpectedly before one was applied mean that every event fails.</summary>
    private const int MostSuspects = 8;

    private readonly List<(EventEnvelope Event, Exception Failure)> _failed = [];
    private int _suspects;
    private bool _applied;

    /// <summary>The events that cannot be processed, each with its failure.</summary>
    public IReadOnlyList<(EventEnvelope Event, Exception Failure)> Failed => _failed;

    /// <returns>What became of the events that were applied.</returns>
    /// <exception cref="StoreUnavailableException">Several events failed unexpectedly and none was applied: the events are not to blame.</exception>
    public async Task<EventTally> RunAsync(IReadOnlyList<EventEnvelope> events, Exception failure)
    {
        var tally = await HalveAsync(events, failure);
        if (!_applied && _suspects > 1) throw NotTheEvents(failure);
        return tally;
    }

    private async Task<EventTally> HalveAsync(IReadOnlyList<EventEnvelope> events, Exception failure)
    {
        if (events.Count == 1) return Suspect(events[0], failure);
        var middle = events.Count / 2;
        var first = await HalfAsync([.. events.Take(middle)]);
        return first + await HalfAsync([.. events.Skip(middle)]);
    }

    private async Task<EventTally> HalfAsync(IReadOnlyList<EventEnvelope> half)
    {
        var (tally, failure) = await attempt(half);
        if (failure is not null) return await HalveAsync(half, failure);
        _applied = true;
        return tally;
    }

    private EventTally Suspect(EventEnvelope envelope, Exception failure)
    {
        _failed.Add((envelope, failure));
        if (failure is not FormatException && ++_suspects == MostSuspects && !_applied) throw NotTheEvents(failure);
        return default;
    }

    private static StoreUnavailableException NotTheEvents(Exception failure) => new("Every event fails, so the events are not to blame.", failure);
}
