namespace HealthApi.Infrastructure.Lanes.RabbitMq.Consuming;

/// <summary>A message at a worker. <see cref="Settled"/> completes when it may be acknowledged, and fails when it may not.</summary>
/// <param name="Channel">Identifies the channel that delivered it; <paramref name="Tag"/> counts from 1 without gaps on each
/// channel.</param>
internal sealed record LaneDelivery(object Channel, ulong Tag, ReadOnlyMemory<byte> Payload, int Events)
{
    /// <summary>The lane of the queue that it came from.</summary>
    public int Lane { get; init; }

    public TaskCompletionSource Settled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The message for the handler; null for a probe, which only asks whether the broker confirms.</summary>
    public LaneMessage? ToMessage() =>
        new LaneMessage(Payload) { Queue = Lane } is var message && (Events != 0 || message.Id is not null) ? message : null;
}
