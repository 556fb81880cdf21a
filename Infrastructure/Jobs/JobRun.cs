using System.Data.Common;
using System.Text.Json;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Jobs;

/// <summary>A kind of job: its name, and the function that runs a job of this kind step by step from its position to the end.</summary>
/// <param name="IsLong">Whether such a job runs beside others, so that they do not wait for its end.</param>
public sealed record JobKind(string Name, Func<JobRun, CancellationToken, Task> RunAsync, bool IsLong = false);

/// <summary>One run of a job by the worker that holds it.</summary>
public sealed class JobRun(Job job, string owner, JobStore jobs, IDatabase database)
{
    /// <summary>The job after the last committed step.</summary>
    public Job Job { get; private set; } = job;

    /// <summary>The parameters of the job.</summary>
    public T Request<T>()
        where T : class => JsonSerializer.Deserialize<T>(Job.Request, JsonSerializerOptions.Web)!;

    /// <summary>The result so far.</summary>
    public T Result<T>()
        where T : class, new() => Job.Result is { } json ? JsonSerializer.Deserialize<T>(json, JsonSerializerOptions.Web)! : new T();

    /// <summary>
    /// Runs one step. The writes of the step and the job's progress commit together, so no step is done twice. <paramref name="work"/>
    /// receives a function that stores the progress, and calls it once inside its transaction.
    /// </summary>
    /// <exception cref="JobLostException">Another worker holds the job; nothing of the step was written.</exception>
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

    /// <summary>Runs a step that stores only the progress.</summary>
    public Task ReachAsync(Job next, CancellationToken cancellation) => StepAsync(reached => database.WriteAsync(
        async transaction =>
        {
            await reached(transaction, next);
            return true;
        },
        cancellation));
}
