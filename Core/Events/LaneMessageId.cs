namespace HealthApi.Core.Events;

/// <summary>
/// Identifies a lane message for ever, whichever way it takes and however often it is delivered: 16 bytes.
/// </summary>
/// <param name="Process">The process that accepted its events: a random number drawn when that process started, never 0.</param>
/// <param name="Number">
/// Rises with every message of the process. What a process acknowledged before it began a message has a smaller number than that message.
/// </param>
public readonly record struct LaneMessageId(long Process, long Number);
