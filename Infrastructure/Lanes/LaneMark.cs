using HealthApi.Core.Events;

namespace HealthApi.Infrastructure.Lanes;

/// <summary>
/// A position in the lanes of an account. Every event acknowledged before the mark was requested lies before it, and every event posted
/// after the mark was returned lies after it, no matter which process accepts the event.
/// </summary>
/// <param name="Last">The last row of the lane table before the position.</param>
/// <param name="Markers">The messages at this position in the broker's queues, one for each lane that may hold events of the account; empty
/// without a broker.</param>
public sealed record LaneMark(LaneRow Last, IReadOnlyList<LaneMarker> Markers);

/// <summary>A message without events that marks a position in a lane's queue.</summary>
public sealed record LaneMarker(int Lane, LaneMessageId Id);
