namespace HealthApi.Infrastructure.Lanes.RabbitMq.Consuming;

/// <summary>A message at a worker. <see cref="Settled"/> ends when it may be acknowledged, or fails when it may not.</summary>
/// <param name="Channel">Identifies the channel it came by; <paramref name="Tag"/> counts up from 1 without gaps on each.</param>
internal sealed record LaneDelivery(object Channel, ulong Tag, ReadOnlyMemory<byte> Payload, int Events)
{
    /// <summary>The lane of the queue that it came by.</summary>
    public int Lane { get; init; }

    public TaskCompletionSource Settled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>As the handler takes it; null where it only asked whether the broker confirms.</summary>
    public LaneMessage? ToMessage() =>
        new LaneMessage(Payload) { Queue = Lane } is var message && (Events != 0 || message.Id is not null) ? message : null;
}
