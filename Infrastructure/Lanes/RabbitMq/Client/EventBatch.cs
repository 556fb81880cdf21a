namespace HealthApi.Infrastructure.Lanes.RabbitMq.Client;

/// <summary>
/// The message on the wire: the payload of one <see cref="LaneBatch"/>, byte for byte as <see cref="Core.Events.EventBatchCodec"/> wrote
/// it. A batch with neither events nor an id is a probe of whether the broker takes and confirms messages; it is acknowledged and dropped.
/// </summary>
public sealed record EventBatch(ReadOnlyMemory<byte> Payload);
