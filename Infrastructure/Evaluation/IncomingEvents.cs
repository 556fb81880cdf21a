using HealthApi.Core.Events;
using HealthApi.Infrastructure.Lanes;

namespace HealthApi.Infrastructure.Evaluation;

/// <summary>
/// A share: events that are processed in one transaction. They are all events of a lane message, some of them, or events that did not come
/// through a lane.
/// </summary>
public sealed record IncomingEvents(IReadOnlyList<EventEnvelope> Events)
{
    /// <summary>The message that brought the events; null where they did not come through a lane.</summary>
    public LaneMessage? Message { get; init; }

    /// <summary>Whether the message is recorded as taken together with these events, so that a second delivery is skipped.</summary>
    public bool IsLast { get; init; } = true;

    /// <summary>Whether the events count as taken now; false for parked events, which were counted when they were parked.</summary>
    public bool IsCounted { get; init; } = true;

    /// <summary>
    /// Each event as a share of its own that does not record the message. A message without events, a marker in its lane, stays as it is.
    /// </summary>
    internal IEnumerable<IncomingEvents> ToSingles() =>
        Events.Count == 0 ? [this] : Events.Select(envelope => this with { Events = [envelope], IsLast = false });

    /// <summary>The id of the message to record with these events; null where none is recorded or the message has no id.</summary>
    internal LaneMessageId? Recorded => IsLast ? Message?.Id : null;

    /// <summary>The process that accepted the events; 0 where it is not known.</summary>
    internal long Process => Message?.Id?.Process ?? 0;
}
