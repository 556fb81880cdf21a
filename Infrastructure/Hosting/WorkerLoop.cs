using System.Data;
using HealthApi.Infrastructure.Database;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace HealthApi.Infrastructure.Hosting;

/// <summary>
/// A background loop that survives failures. After an outage of the store or a concurrent update it waits a second. After an unexpected
/// failure it logs and counts it (<see cref="LoopHealth"/>) and waits longer each time, from a second up to <see cref="LongestPause"/>. It
/// ends only when the service stops.
/// </summary>
/// <param name="name">The loop's name in logs, meters and readiness.</param>
internal abstract class WorkerLoop(string name, LoopHealth health, ILogger logger) : BackgroundService
{
    private static readonly TimeSpan PauseAfterOutage = TimeSpan.FromSeconds(1), FirstPause = TimeSpan.FromSeconds(1);

    /// <summary>The longest pause between two turns that failed unexpectedly.</summary>
    protected virtual TimeSpan LongestPause => TimeSpan.FromSeconds(30);

    /// <summary>One turn of the loop. It must wait for work by itself.</summary>
    protected abstract Task TurnAsync(CancellationToken stopping);

    /// <summary>Called once, after the last turn.</summary>
    protected virtual Task StoppedAsync() => Task.CompletedTask;

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        for (var failures = 0; !stoppingToken.IsCancellationRequested;)
        {
            var pause = await TryAsync(TurnAsync, failures, stoppingToken);
            failures = pause is null ? 0 : failures + 1;
            if (pause is { } rest) await Task.Delay(rest, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await TryAsync(_ => StoppedAsync(), 0, CancellationToken.None);
    }

    /// <summary>Logs and counts an unexpected failure of a part of a turn, where the turn continues.</summary>
    protected void Failed(Exception failure, string what)
    {
        LoopHealth.Count(name);
        logger.LogError(failure, "{Loop}: {What} failed", name, what);
    }

    /// <returns>How long to wait before the next turn; null where this one succeeded or the service stops.</returns>
    private async Task<TimeSpan?> TryAsync(Func<CancellationToken, Task> turn, int failures, CancellationToken stopping)
    {
        try
        {
            await turn(stopping);
            if (health.Recovers(name)) logger.LogInformation("{Loop} works again", name);
            return null;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception failure) when (failure is DBConcurrencyException or (StoreUnavailableException and not EverythingFailsException))
        {
            logger.LogWarning("{Loop} waits for the store: {Failure}", name, failure.Message);
            return PauseAfterOutage;
        }
        catch (Exception failure)
        {
            var pause = Longer(failures);
            health.Fails(name);
            logger.LogError(failure, "{Loop} failed and tries again in {Seconds} s", name, pause.TotalSeconds);
            return pause;
        }
    }

    private TimeSpan Longer(int failures)
    {
        var pause = FirstPause * Math.Pow(2, Math.Min(failures, 16));
        return pause < LongestPause ? pause : LongestPause;
    }
}
