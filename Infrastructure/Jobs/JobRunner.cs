using System.Data;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Hosting;
using Microsoft.Extensions.Logging;

namespace HealthApi.Infrastructure.Jobs;

/// <summary>
/// Runs jobs of its kinds one after the other. A job whose worker died is claimed when its lease has ended. A job that this worker must
/// leave (because the worker stops, the store is unavailable, or a write conflicts) is released, and continues later at its last position.
/// </summary>
internal sealed class JobRunner(
    string name, IEnumerable<JobKind> kinds, JobStore jobs, IDatabase database, WakeSignal signal, LoopHealth health,
    ILogger<JobRunner> logger)
    : WorkerLoop(name, health, logger)
{
    /// <summary>How often to look for jobs that other processes have added.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);

    private readonly string _owner = Guid.NewGuid().ToString("N");
    private readonly Dictionary<string, JobKind> _kinds = kinds.ToDictionary(kind => kind.Name, StringComparer.Ordinal);

    protected override async Task TurnAsync(CancellationToken stopping)
    {
        while (await jobs.ClaimAsync(_owner, [.. _kinds.Keys], stopping) is { } job) await RunAsync(job, stopping);
        await signal.WaitAsync(LookEvery, stopping);
    }

    private async Task RunAsync(Job job, CancellationToken cancellation)
    {
        try
        {
            await _kinds[job.Kind].RunAsync(new JobRun(job, _owner, jobs, database), cancellation);
            await jobs.FinishAsync(job.Id, _owner, JobStatus.Succeeded, null, cancellation);
        }
        catch (JobLostException lost)
        {
            logger.LogWarning("{Lost}", lost.Message);
        }
        catch (Exception failure) when (failure is StoreUnavailableException or DBConcurrencyException or OperationCanceledException)
        {
            await GiveBackAsync(job.Id);
            throw;
        }
        catch (Exception failure)
        {
            logger.LogError(failure, "Job {Job} ({Kind}) failed", job.Id, job.Kind);
            await jobs.FinishAsync(job.Id, _owner, JobStatus.Failed, "The job failed; see the service's log.", cancellation);
        }
    }

    private async Task GiveBackAsync(string jobId)
    {
        try
        {
            await jobs.ReleaseAsync(jobId, _owner, CancellationToken.None);
        }
        catch (StoreUnavailableException)
        {
            // The lease ends by itself.
        }
    }
}
