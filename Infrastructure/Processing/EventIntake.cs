namespace HealthApi.Infrastructure.Processing;

/// <summary>What a lane hands its messages to, whichever transport brought them.</summary>
public sealed class EventIntake(EventBatchProcessor processor)
{
    /// <summary>
    /// Processes lane payloads in one transaction where possible. A payload that cannot be processed is taken apart, so that only the bad
    /// event is parked. When this returns everything is applied or parked, and the messages may be acknowledged.
    /// </summary>
    /// <exception cref="Database.StoreUnavailableException">Nothing was applied; deliver the same again later.</exception>
    public Task ProcessAsync(IReadOnlyList<ReadOnlyMemory<byte>> payloads, CancellationToken cancellation) => processor.ProcessAsync(payloads, cancellation);
}
