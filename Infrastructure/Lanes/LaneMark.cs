using HealthApi.Core.Events;

namespace HealthApi.Infrastructure.Lanes;

/// <summary>
/// A place in the lanes of an account: every event that was acknowledged before the mark was asked for lies before it, every one that is
/// posted after it was given lies after it, whichever process accepts it.
/// </summary>
/// <param name="Last">The last row of the lane table that lies before it.</param>
/// <param name="Markers">The messages at this place in the broker's queues, one for each lane that may hold events of the account; none
/// without a broker.</param>
public sealed record LaneMark(LaneRow Last, IReadOnlyList<LaneMarker> Markers);

/// <summary>A message without events that marks a place in a lane's queue.</summary>
public sealed record LaneMarker(int Lane, LaneMessageId Id);
