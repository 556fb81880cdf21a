using HealthApi.Core;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Lanes;
using HealthApi.Infrastructure.Processing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace HealthApi.Infrastructure.Scoring;

/// <summary>Tells the history of accounts with late events again, one account a transaction, while the lanes are idle.</summary>
internal sealed class Restater(HistoryStore history, EvaluationPolicies policies, LaneLag lag, TimeProvider time, ILogger<Restater> logger) : BackgroundService
{
    /// <summary>Fresh events come first: while the lanes are further behind than this, the past waits.</summary>
    private static readonly TimeSpan BusyLag = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LookEvery, time);
        while (await WaitAsync(timer, stoppingToken))
        {
            try
            {
                while (lag.Current < BusyLag && await history.RestateOneAsync(
                    await policies.CurrentAsync(stoppingToken), Instant.Truncate(time.GetUtcNow()), stoppingToken))
                {
                    // One account after the other, as long as the lanes leave room.
                }
            }
            catch (StoreUnavailableException failure)
            {
                logger.LogWarning("Restatement waits: {Failure}", failure.Message);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private static async Task<bool> WaitAsync(PeriodicTimer timer, CancellationToken cancellation)
    {
        try
        {
            return await timer.WaitForNextTickAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
