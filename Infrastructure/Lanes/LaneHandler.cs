namespace HealthApi.Infrastructure.Lanes;

/// <summary>
/// Applies lane messages in the given order. When it returns, the messages are acknowledged. When it throws <see
/// cref="Database.StoreUnavailableException"/>, it is called again later with the same messages.
/// </summary>
internal delegate Task LaneHandler(IReadOnlyList<LaneMessage> messages, CancellationToken cancellation);
