namespace HealthApi.Infrastructure.Lanes;

/// <summary>The store's lane table: the embedded transport, and the spill of the RabbitMQ transport.</summary>
public interface ILaneTable
{
    /// <summary>Appends in one commit; durable when this returns.</summary>
    Task AppendAsync(IReadOnlyList<LaneBatch> batches, CancellationToken cancellation);

    /// <summary>
    /// The oldest batches in order of arrival, up to about <paramref name="maxEvents"/> events (at least one batch if there is any). Where
    /// more wait, those of one lane, the one that has waited longest: a transaction then meets each account many times and not many
    /// accounts once. They stay in the table until <see cref="RemoveAsync"/>, so a worker that dies has lost nothing. Where several
    /// processes share the table, a lane's batches are with one of them at a time: the claim ends 14 seconds after it was made or renewed,
    /// or with <see cref="ReleaseAsync"/>.
    /// </summary>
    Task<IReadOnlyList<StoredLaneBatch>> TakeAsync(int maxEvents, CancellationToken cancellation);

    /// <summary>
    /// Renews the claim on batches that were taken and are still in work. What another process has taken meanwhile stays with it.
    /// </summary>
    Task RenewAsync(IReadOnlyList<StoredLaneBatch> batches, CancellationToken cancellation);

    /// <summary>Removes batches that were processed.</summary>
    Task RemoveAsync(IReadOnlyList<StoredLaneBatch> batches, CancellationToken cancellation);

    /// <summary>Gives back what was taken and not removed, for other processes to take.</summary>
    Task ReleaseAsync(CancellationToken cancellation);

    /// <summary>The last row that was acknowledged by now; every row appended after this returns comes after it.</summary>
    Task<LaneRow> LastAsync(CancellationToken cancellation);

    /// <summary>As <see cref="Database.IDatabase.Damage"/>.</summary>
    string? Damage => null;

    /// <summary>
    /// Writes, so that whoever asks knows that appending would work. Nothing where the table lies in the database, which has a probe of its
    /// own.
    /// </summary>
    /// <exception cref="Database.StoreUnavailableException">The table cannot be written.</exception>
    Task ProbeAsync(CancellationToken cancellation) => Task.CompletedTask;

    /// <summary>How many events wait, and since when the oldest does.</summary>
    Task<LaneBacklog> BacklogAsync(CancellationToken cancellation);
}

/// <param name="Table">Which table it lies in; see <see cref="LaneRow"/>.</param>
public sealed record StoredLaneBatch(long Id, LaneBatch Batch, DateTimeOffset AppendedAt, string Table)
{
    /// <summary>As a worker takes it.</summary>
    public LaneMessage ToMessage() => new(Batch.Payload) { Row = new LaneRow(Table, Id), Counted = Batch.Count };
}

/// <summary>Events appended and not yet processed, and since when the oldest waits.</summary>
public sealed record LaneBacklog(long Events, DateTimeOffset? Oldest)
{
    /// <summary>The broker's queues in which something waits; none where there is no broker.</summary>
    public IReadOnlyList<LaneQueue> Queues { get; init; } = [];
}

/// <summary>How many batches wait in a lane's queue at the broker; those that a worker has in hand are not among them.</summary>
public sealed record LaneQueue(int Lane, long Batches);
