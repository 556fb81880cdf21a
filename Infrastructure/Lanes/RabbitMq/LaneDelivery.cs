namespace HealthApi.Infrastructure.Lanes.RabbitMq;

/// <summary>A message at a worker. <see cref="Settled"/> ends when it may be acknowledged, or fails when it may not.</summary>
/// <param name="Channel">Identifies the channel it came by; <paramref name="Tag"/> counts up from 1 without gaps on each.</param>
internal sealed record LaneDelivery(object Channel, ulong Tag, ReadOnlyMemory<byte> Payload, int Events)
{
    public TaskCompletionSource Settled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
