using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Processing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace HealthApi.Infrastructure.Lanes.Embedded;

/// <summary>
/// Drains the lane table in order of arrival: the embedded transport's worker, and on RabbitMQ the one that takes in what was spilled.
/// Rows go only after their events are committed, so a killed process has lost nothing.
/// </summary>
internal sealed class LaneTableConsumer(
    ILaneTable table, LaneSignal signal, EventIntake intake, LaneLag lag, ILogger<LaneTableConsumer> logger) : BackgroundService
{
    /// <summary>Events per transaction: enough to fill it, few enough that a reader of fresh figures does not wait.</summary>
    private const int MaxEvents = 4_000;

    private static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(500), PauseAfterOutage = TimeSpan.FromSeconds(1);

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

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (!await DrainAsync(stoppingToken)) await signal.WaitAsync(PollEvery, stoppingToken);
            }
            catch (StoreUnavailableException failure)
            {
                logger.LogWarning("Lanes wait: {Failure}", failure.Message);
                await signal.WaitAsync(PauseAfterOutage, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task<bool> DrainAsync(CancellationToken cancellation)
    {
        var batches = await table.TakeAsync(MaxEvents, cancellation);
        if (batches.Count == 0)
        {
            lag.Empty();
            return false;
        }

        lag.Oldest(batches[0].AppendedAt);
        await intake.ProcessAsync([.. batches.Select(stored => stored.Batch.Payload)], cancellation);
        await table.RemoveAsync(batches, CancellationToken.None);
        return true;
    }
}
