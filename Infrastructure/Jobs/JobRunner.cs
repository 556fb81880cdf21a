using System.Data;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Hosting;
using Microsoft.Extensions.Logging;

namespace HealthApi.Infrastructure.Jobs;

/// <summary>
/// Runs jobs one after the other, beside the other workers. A job that a dead worker had is taken up when its lease has run out; one that
/// this worker must leave, because it stops or the store is away, is given back and goes on where it was.
/// </summary>
internal sealed class JobRunner(
    IEnumerable<JobKind> kinds, JobStore jobs, IDatabase database, JobSignal signal, LoopHealth health, ILogger<JobRunner> logger)
    : WorkerLoop("jobs", health, logger)
{
    /// <summary>Other processes ask for jobs too.</summary>
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
            await jobs.FinishAsync(job.Id, _owner, JobStatus.Failed, "The service failed; its log tells more.", cancellation);
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
            // The lease runs out by itself.
        }
    }
}
