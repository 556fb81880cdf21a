using System.Diagnostics;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Hosting;
using Microsoft.Extensions.Logging;

namespace HealthApi.Infrastructure.Lanes.Embedded;

/// <summary>
/// Drains the lane table in order of arrival. It is the worker of the embedded transport; with RabbitMQ it processes the batches that were
/// spilled. Rows are deleted only after their events are committed, so a killed process loses nothing.
/// </summary>
internal sealed class LaneTableConsumer(
    ILaneTable table, LaneSignal signal, LaneHandler handler, LaneLag lag, TimeProvider time, LoopHealth health,
    ILogger<LaneTableConsumer> logger)
    : WorkerLoop("lane table", health, logger)
{
    /// <summary>Events per transaction: enough to fill it, and few enough that a reader of fresh figures does not wait.</summary>
    private const int MaxEvents = 4_000;

    /// <summary>After a transaction of this many events, a wait that fills the next one better is worthwhile.</summary>
    private const int Many = 100;

    private static readonly TimeSpan LongestRest = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(500);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await table.ReleaseAsync(cancellationToken);
        }
        catch (StoreUnavailableException)
        {
            // The leases end by themselves.
        }
    }

    protected override async Task TurnAsync(CancellationToken stopping)
    {
        var began = Stopwatch.GetTimestamp();
        var taken = await DrainAsync(stopping);
        if (taken == 0) await signal.WaitAsync(PollEvery, stopping);
        else if (taken is >= Many and < MaxEvents / 2) await RestAsync(Stopwatch.GetElapsedTime(began), stopping);
    }

    /// <summary>
    /// Waits as long as the work took, at most 20 ms. Under load the transactions then fill, an account is read and written once for
    /// several of its events, and requests get the processor time that this saves. After few events there is no wait.
    /// </summary>
    private static Task RestAsync(TimeSpan worked, CancellationToken cancellation) =>
        Task.Delay(worked < LongestRest ? worked : LongestRest, cancellation);

    /// <returns>The number of processed events.</returns>
    private async Task<int> DrainAsync(CancellationToken cancellation)
    {
        var batches = await table.TakeAsync(MaxEvents, cancellation);
        if (batches.Count == 0)
        {
            lag.Empty();
            return 0;
        }

        lag.Oldest(batches[0].AppendedAt);
        await using (new HeldBatches(table, batches, time)) await handler([.. batches.Select(stored => stored.ToMessage())], cancellation);
        await table.RemoveAsync(batches, CancellationToken.None);
        return batches.Sum(stored => stored.Batch.Count);
    }
}
