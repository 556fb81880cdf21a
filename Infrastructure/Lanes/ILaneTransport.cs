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

    /// <summary>
    /// Marks the present place in the lanes that may hold events of the account; durable when this returns. A mark that is not used
    /// afterwards is harmless.
    /// </summary>
    /// <exception cref="Database.StoreUnavailableException">The broker did not confirm it, or the lane table cannot be read: there is no
    /// mark.</exception>
    Task<LaneMark> MarkAsync(string accountId, CancellationToken cancellation);

    /// <summary>Sends markers again that may have been lost; a marker that is met twice is met.</summary>
    /// <exception cref="Database.StoreUnavailableException">The broker did not confirm them.</exception>
    Task RepeatAsync(IReadOnlyList<LaneMarker> markers, CancellationToken cancellation);

    /// <summary>How long a look at the backlog is good for; looking more often tells nothing new or costs too much.</summary>
    TimeSpan BacklogFreshness { get; }

    /// <summary>
    /// What waits between the API and the workers, in the lane table and in the broker's queues. Of the latter it is what was seen last,
    /// where the broker does not answer.
    /// </summary>
    /// <exception cref="Database.StoreUnavailableException">The lane table cannot be read.</exception>
    Task<LaneBacklog> BacklogAsync(CancellationToken cancellation);

    /// <summary>
    /// The broker's queues in which events wait although no event is published to their lane any more:
    /// <see cref="MessagingOptions.Partitions"/> was lowered. Workers drain them. Looked at once a second at most; none where there is no
    /// broker.
    /// </summary>
    Task<IReadOnlyList<LaneQueue>> FormerAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<LaneQueue>>([]);

    /// <summary>Whether the transport's own durable medium answers now (the ready check).</summary>
    Task<bool> IsReachableAsync(CancellationToken cancellation);
}
