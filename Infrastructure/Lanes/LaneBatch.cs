namespace HealthApi.Infrastructure.Lanes;

/// <summary>
/// The unit of transport: up to 200 events of one lane and the message's id, encoded by <see cref="Core.Events.EventBatchCodec"/>.
/// </summary>
public sealed record LaneBatch(int Lane, int Count, ReadOnlyMemory<byte> Payload);
