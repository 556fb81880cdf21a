namespace HealthApi.Infrastructure.Lanes.RabbitMq;

/// <summary>
/// Applies lane payloads, in this order. When it returns, the messages are acknowledged; when it throws
/// <see cref="Database.StoreUnavailableException"/> it is called with the same again later.
/// </summary>
internal delegate Task LaneHandler(IReadOnlyList<ReadOnlyMemory<byte>> payloads, CancellationToken cancellation);
