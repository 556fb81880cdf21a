using System.Diagnostics;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Hosting;
using Microsoft.Extensions.Logging;

namespace HealthApi.Infrastructure.Lanes.Embedded;

/// <summary>
/// Drains the lane table in order of arrival: the embedded transport's worker, and on RabbitMQ the one that takes in what was spilled.
/// Rows go only after their events are committed, so a killed process has lost nothing.
/// </summary>
internal sealed class LaneTableConsumer(
    ILaneTable table, LaneSignal signal, LaneHandler handler, LaneLag lag, TimeProvider time, LoopHealth health,
    ILogger<LaneTableConsumer> logger)
    : WorkerLoop("lane table", health, logger)
{
    /// <summary>Events per transaction: enough to fill it, few enough that a reader of fresh figures does not wait.</summary>
    private const int MaxEvents = 4_000;

    /// <summary>With so many events in a transaction, filling the next one better is worth a wait.</summary>
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
            // The claims end by themselves.
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
    /// As long as the work took: under load the transactions fill themselves, so that an account is read and written once for several of
    /// its events, and the requests get the processor that this saves. Few events never wait.
    /// </summary>
    private static Task RestAsync(TimeSpan worked, CancellationToken cancellation) =>
        Task.Delay(worked < LongestRest ? worked : LongestRest, cancellation);

    /// <returns>How many events were processed.</returns>
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
