namespace HealthApi.Infrastructure.Lanes;

/// <summary>Carries batches from the API to the workers, in order within a lane, at least once.</summary>
public interface ILaneTransport
{
    /// <summary>How many appends can usefully run at once; lane L is appended by writer L modulo this number.</summary>
    int Writers { get; }

    /// <summary>
    /// Appends the batches. When this returns they are durable: confirmed by the broker, or committed to the lane table. When it throws,
    /// some of them may have been stored; sending them again is harmless, since events are deduplicated.
    /// </summary>
    /// <exception cref="Database.StoreUnavailableException">Neither the broker nor the lane table can be reached.</exception>
    Task AppendAsync(IReadOnlyList<LaneBatch> batches, CancellationToken cancellation);

    /// <summary>
    /// Marks the current position in the lanes that may hold events of the account; durable when this returns. A mark that is not used
    /// afterwards is harmless.
    /// </summary>
    /// <exception cref="Database.StoreUnavailableException">The broker did not confirm it, or the lane table cannot be read: there is no
    /// mark.</exception>
    Task<LaneMark> MarkAsync(string accountId, CancellationToken cancellation);

    /// <summary>Sends markers again that may have been lost; a marker that arrives twice counts once.</summary>
    /// <exception cref="Database.StoreUnavailableException">The broker did not confirm them.</exception>
    Task RepeatAsync(IReadOnlyList<LaneMarker> markers, CancellationToken cancellation);

    /// <summary>How long a backlog that was read may be reused; reading it more often shows nothing new or costs too much.</summary>
    TimeSpan BacklogFreshness { get; }

    /// <summary>
    /// The events that wait between the API and the workers, in the lane table and in the broker's queues. Where the broker does not
    /// answer, the numbers of its queues are those that were read last.
    /// </summary>
    /// <exception cref="Database.StoreUnavailableException">The lane table cannot be read.</exception>
    Task<LaneBacklog> BacklogAsync(CancellationToken cancellation);

    /// <summary>
    /// The broker's queues that hold events although no event is published to their lane any more, because <see
    /// cref="MessagingOptions.Partitions"/> was lowered. Workers drain them. Read at most once a second; empty where there is no broker.
    /// </summary>
    Task<IReadOnlyList<LaneQueue>> FormerAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<LaneQueue>>([]);

    /// <summary>Whether the transport's durable store (broker or lane table) answers now; used by the readiness check.</summary>
    Task<bool> IsReachableAsync(CancellationToken cancellation);
}
