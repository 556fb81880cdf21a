namespace HealthApi.Core.Events;

/// <summary>Identifies a lane message permanently, over both transports and all redeliveries: 16 bytes.</summary>
/// <param name="Process">The process that accepted its events: a random number drawn when that process started, never 0.</param>
/// <param name="Number">
/// Rises with every message of the process. A message that the process acknowledged before it began another has the smaller number.
/// </param>
public readonly record struct LaneMessageId(long Process, long Number);
