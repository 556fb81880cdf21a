namespace HealthApi.Infrastructure.Lanes;

/// <summary>
/// Applies lane messages, in this order. When it returns, the messages are acknowledged; when it throws
/// <see cref="Database.StoreUnavailableException"/> it is called with the same again later.
/// </summary>
internal delegate Task LaneHandler(IReadOnlyList<LaneMessage> messages, CancellationToken cancellation);
