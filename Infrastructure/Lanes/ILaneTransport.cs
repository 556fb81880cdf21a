namespace HealthApi.Infrastructure.Lanes;

/// <summary>Carries batches from the API to the workers, in order within a lane, at least once.</summary>
public interface ILaneTransport
{
    /// <summary>How many appends may usefully be under way at once; lane L is appended by writer L mod this.</summary>
    int Writers { get; }

    /// <summary>
    /// Appends the batches. When this returns they are durable: confirmed by the broker, or committed to the lane table. When it throws,
    /// some may have been kept; sending them again is harmless, since events are deduplicated.
    /// </summary>
    /// <exception cref="Database.StoreUnavailableException">Nothing durable can be reached.</exception>
    Task AppendAsync(IReadOnlyList<LaneBatch> batches, CancellationToken cancellation);

    /// <summary>Whether the transport's own durable medium answers now (the ready check).</summary>
    Task<bool> IsReachableAsync(CancellationToken cancellation);
}
