using HealthApi.Core.Events;
using HealthApi.Infrastructure.Lanes;

namespace HealthApi.Infrastructure.Evaluation;

/// <summary>
/// Events that go into one processing transaction together: those of a lane message, some of them, or events that came by no lane.
/// </summary>
public sealed record IncomingEvents(IReadOnlyList<EventEnvelope> Events)
{
    /// <summary>The message they came in; null where they came by no lane.</summary>
    public LaneMessage? Message { get; init; }

    /// <summary>Whether the message is done with them, so that it is skipped when it is delivered again.</summary>
    public bool IsLast { get; init; } = true;

    /// <summary>Whether they count as taken now; not those that were counted when they were parked.</summary>
    public bool IsCounted { get; init; } = true;

    /// <summary>
    /// Each event in a share of its own, with which the message is not done. A message without events stays whole: it marks a place in its
    /// lane.
    /// </summary>
    internal IEnumerable<IncomingEvents> ToSingles() =>
        Events.Count == 0 ? [this] : Events.Select(envelope => this with { Events = [envelope], IsLast = false });

    /// <summary>What is recorded once they are processed; null where nothing identifies them.</summary>
    internal LaneMessageId? Recorded => IsLast ? Message?.Id : null;

    /// <summary>The process that accepted them; 0 where it is not known.</summary>
    internal long Process => Message?.Id?.Process ?? 0;
}
