namespace HealthApi.Infrastructure.Lanes;

/// <summary>The store's lane table: the queue of the embedded transport, and the spill of the RabbitMQ transport.</summary>
public interface ILaneTable
{
    /// <summary>Appends in one commit; durable when this returns.</summary>
    Task AppendAsync(IReadOnlyList<LaneBatch> batches, CancellationToken cancellation);

    /// <summary>
    /// Returns the oldest batches in order of arrival, up to about <paramref name="maxEvents"/> events (at least one batch if there is
    /// any). Where more wait, it returns batches of one lane only, the lane that has waited longest: a transaction then updates few
    /// accounts with many events each. The batches stay in the table until <see cref="RemoveAsync"/>, so a worker that dies loses nothing.
    /// Where several processes share the table, one of them at a time holds a lane's batches. Its lease ends 14 seconds after it was made
    /// or renewed, or with <see cref="ReleaseAsync"/>.
    /// </summary>
    Task<IReadOnlyList<StoredLaneBatch>> TakeAsync(int maxEvents, CancellationToken cancellation);

    /// <summary>
    /// Renews the lease on batches that are still being processed. A batch that another process has taken meanwhile stays with that
    /// process.
    /// </summary>
    Task RenewAsync(IReadOnlyList<StoredLaneBatch> batches, CancellationToken cancellation);

    /// <summary>Removes batches that were processed.</summary>
    Task RemoveAsync(IReadOnlyList<StoredLaneBatch> batches, CancellationToken cancellation);

    /// <summary>Ends the leases of this process, so that other processes can take the batches.</summary>
    Task ReleaseAsync(CancellationToken cancellation);

    /// <summary>The last row that has been acknowledged; every row appended after this returns comes after it.</summary>
    Task<LaneRow> LastAsync(CancellationToken cancellation);

    /// <summary>As <see cref="Database.IDatabase.Damage"/>.</summary>
    string? Damage => null;

    /// <summary>
    /// Writes to the table, to find out whether an append would work. Does nothing where the table lies in the database, which has a probe
    /// of its own.
    /// </summary>
    /// <exception cref="Database.StoreUnavailableException">The table cannot be written.</exception>
    Task ProbeAsync(CancellationToken cancellation) => Task.CompletedTask;

    /// <summary>The number of waiting events, and since when the oldest has waited.</summary>
    Task<LaneBacklog> BacklogAsync(CancellationToken cancellation);
}

/// <summary>A batch in a lane table.</summary>
/// <param name="Id">The number of its row.</param>
/// <param name="Table">The table that holds the batch; see <see cref="LaneRow"/>.</param>
public sealed record StoredLaneBatch(long Id, LaneBatch Batch, DateTimeOffset AppendedAt, string Table)
{
    /// <summary>The message that a worker processes.</summary>
    public LaneMessage ToMessage() => new(Batch.Payload) { Row = new LaneRow(Table, Id), Counted = Batch.Count };
}

/// <summary>The number of events appended and not yet processed, and since when the oldest has waited.</summary>
public sealed record LaneBacklog(long Events, DateTimeOffset? Oldest)
{
    /// <summary>The broker's queues that hold batches; empty where there is no broker.</summary>
    public IReadOnlyList<LaneQueue> Queues { get; init; } = [];
}

/// <summary>The number of batches that wait in a lane's queue at the broker, without those that were delivered to a worker.</summary>
public sealed record LaneQueue(int Lane, long Batches);
