namespace HealthApi.Infrastructure.Lanes.RabbitMq.Client;

/// <summary>
/// The message on the wire: the payload of one <see cref="LaneBatch"/>, byte for byte as <see cref="Core.Events.EventBatchCodec"/> wrote
/// it. One without events asks whether the broker takes and confirms messages; it is acknowledged and forgotten.
/// </summary>
public sealed record EventBatch(ReadOnlyMemory<byte> Payload);
