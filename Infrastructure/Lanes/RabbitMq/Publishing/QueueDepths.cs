using Microsoft.Extensions.Logging;

namespace HealthApi.Infrastructure.Lanes.RabbitMq.Publishing;

/// <summary>
/// The backlog in the lanes' queues at the broker, read at most once a second however often it is requested. The broker counts batches. The
/// number of events is estimated from the size of the batches that this process published last, and the age of the oldest batch from the
/// lengths of the queues and the progress of the workers.
/// </summary>
internal sealed class QueueDepths(Func<CancellationToken, Task<long[]>> look, ReadLaneProgress progress, TimeProvider time, ILogger logger)
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly QueueAge[] _ages = [.. Enumerable.Range(0, MessagingOptions.MaxPartitions).Select(_ => new QueueAge())];
    private readonly long[] _published = new long[MessagingOptions.MaxPartitions];
    private LaneBacklog _last = new(0, null);
    private Task _looking = Task.CompletedTask;
    private double _eventsOfBatch = 1;
    private long _lookedAt, _batches;

    /// <summary>The backlog that was read last.</summary>
    public LaneBacklog Last => Volatile.Read(ref _last);

    /// <summary>Counts a batch that the broker has confirmed.</summary>
    public void Published(LaneBatch batch)
    {
        lock (_gate)
        {
            _published[batch.Lane]++;
            _batches = Math.Min(_batches + 1, 1_000);
            _eventsOfBatch += (batch.Count - _eventsOfBatch) / _batches;
        }
    }

    /// <summary>
    /// Reads the backlog unless it was read within the last second, and returns the newest result. A broker that does not answer within two
    /// seconds leaves the previous result.
    /// </summary>
    public async Task<LaneBacklog> ReadAsync(CancellationToken cancellation)
    {
        Task looking;
        lock (_gate)
        {
            if (_looking.IsCompleted && (_lookedAt == 0 || time.GetElapsedTime(_lookedAt) >= Every))
            {
                _lookedAt = time.GetTimestamp();
                _looking = LookAsync();
            }

            looking = _looking;
        }

        await looking.WaitAsync(cancellation);
        return Last;
    }

    private async Task LookAsync()
    {
        using var deadline = new CancellationTokenSource(Patience);
        long[] published = [.. _published];
        try
        {
            var asking = Task.Run(() => look(deadline.Token), deadline.Token);
            var depths = await asking.WaitAsync(deadline.Token);
            Keep(depths, published, await ProgressAsync(deadline.Token));
        }
        catch (Exception failure)
        {
            // The circuit reports an outage; the last result stays until the broker answers again.
            logger.LogDebug(failure, "The lengths of the queues could not be read from the broker.");
        }
    }

    /// <summary>Without the store, the ages are estimated from the lengths alone.</summary>
    private async Task<IReadOnlyDictionary<int, DateTimeOffset>> ProgressAsync(CancellationToken deadline)
    {
        try
        {
            return await progress(deadline);
        }
        catch (Exception failure)
        {
            logger.LogDebug(failure, "The progress of the lanes could not be read from the store.");
            return new Dictionary<int, DateTimeOffset>();
        }
    }

    private void Keep(long[] depths, long[] published, IReadOnlyDictionary<int, DateTimeOffset> reached)
    {
        lock (_gate)
        {
            for (var lane = 0; lane < depths.Length; lane++)
            {
                _ages[lane].Observe(time.GetUtcNow(), depths[lane], published[lane]);
                Telemetry.HealthTelemetry.LaneQueued.Record(depths[lane], new KeyValuePair<string, object?>("lane", lane));
            }

            Volatile.Write(
                ref _last,
                new LaneBacklog(
                    (long)Math.Round(depths.Sum() * _eventsOfBatch), _ages.Select((age, lane) => Oldest(age, lane, reached)).Min())
                {
                    Queues = [.. depths.Select((depth, lane) => new LaneQueue(lane, depth)).Where(queue => queue.Batches > 0)],
                });
        }
    }

    /// <summary>Both instants say that nothing older waits, so the later one is returned.</summary>
    private static DateTimeOffset? Oldest(QueueAge age, int lane, IReadOnlyDictionary<int, DateTimeOffset> reached) =>
        age.Oldest is { } seen && reached.TryGetValue(lane, out var processed) && processed > seen ? processed : age.Oldest;
}
