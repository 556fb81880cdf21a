namespace HealthApi.Infrastructure.Lanes.Embedded;

/// <summary>
/// The embedded transport: appends to the store's lane table, with one writer so that concurrent requests share a commit.
/// </summary>
public sealed class EmbeddedTransport(ILaneTable table, LaneSignal signal, WriteProbe probe) : ILaneTransport
{
    public int Writers => 1;

    public TimeSpan BacklogFreshness { get; } = TimeSpan.FromMilliseconds(100);

    public async Task AppendAsync(IReadOnlyList<LaneBatch> batches, CancellationToken cancellation)
    {
        await table.AppendAsync(batches, cancellation);
        signal.Set();
    }

    public async Task<LaneMark> MarkAsync(string accountId, CancellationToken cancellation) => new(await table.LastAsync(cancellation), []);

    /// <summary>
    /// Does nothing, because this transport has no markers. Markers in the queues of a broker that is no longer used are never delivered,
    /// and neither are the events in these queues.
    /// </summary>
    public Task RepeatAsync(IReadOnlyList<LaneMarker> markers, CancellationToken cancellation) => Task.CompletedTask;

    public Task<LaneBacklog> BacklogAsync(CancellationToken cancellation) => table.BacklogAsync(cancellation);

    public async Task<bool> IsReachableAsync(CancellationToken cancellation) =>
        (await probe.CheckAsync(cancellation)).Lanes == StoreHealth.Reachable;
}
