using System.Data.Common;
using System.Text.Json;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Jobs;

/// <summary>
/// What a worker does when a job of this name comes up: works step by step from the run's position to the end, and returns.
/// </summary>
public sealed record JobKind(string Name, Func<JobRun, CancellationToken, Task> RunAsync);

/// <summary>A job in the hands of one worker.</summary>
public sealed class JobRun(Job job, string owner, JobStore jobs, IDatabase database)
{
    /// <summary>The job as it stands after the last step.</summary>
    public Job Job { get; private set; } = job;

    public T Request<T>()
        where T : class => JsonSerializer.Deserialize<T>(Job.Request, JsonSerializerOptions.Web)!;

    /// <summary>What has come of it so far.</summary>
    public T Result<T>()
        where T : class, new() => Job.Result is { } json ? JsonSerializer.Deserialize<T>(json, JsonSerializerOptions.Web)! : new T();

    /// <summary>
    /// A step: what the work writes and how far the job has come commit together, so a step is never done twice. <paramref name="work"/> is
    /// given the means to say how far, and calls it once inside its transaction.
    /// </summary>
    /// <exception cref="JobLostException">Another worker has the job; nothing of the step was written.</exception>
    public async Task StepAsync(Func<Func<DbTransaction, Job, Task>, Task> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        Job? reached = null;
        await work(async (transaction, next) =>
        {
            await jobs.AdvanceAsync(transaction, next, owner);
            reached = next;
        });
        Job = reached ?? Job;
    }

    /// <summary>A step that writes nothing but how far the job has come.</summary>
    public Task ReachAsync(Job next, CancellationToken cancellation) => StepAsync(reached => database.WriteAsync(
        async transaction =>
        {
            await reached(transaction, next);
            return true;
        },
        cancellation));
}
