using System.Text.Json;
using HealthApi.Api.Problems;
using HealthApi.Api.Security;
using HealthApi.Infrastructure.Alerts.Simulating;
using HealthApi.Infrastructure.Jobs;
using HealthApi.Infrastructure.Security;

namespace HealthApi.Api.Jobs;

/// <summary>The progress of background jobs; scope <c>read</c>.</summary>
internal static class JobEndpoints
{
    public static void MapJobs(this IEndpointRouteBuilder routes) =>
        routes.MapGroup("/v1/jobs").WithTags("Jobs").RequireScope(ApiScopes.Read).MapGet("/{id}", GetAsync);

    /// <summary>202 with the present state of the job and its location.</summary>
    public static async Task<Accepted<JobView>> AcceptedAsync(string jobId, JobStore jobs, CancellationToken cancellation) =>
        TypedResults.Accepted("/v1/jobs/" + jobId, JobView.Of((await jobs.FindAsync(jobId, cancellation))!));

    private static async Task<Results<Ok<JobView>, Problem>> GetAsync(
        string id, JobStore jobs, SimulatedAccounts accounts, CancellationToken cancellation)
    {
        if (await jobs.FindAsync(id, cancellation) is not { } job) return Problem.NotFound("There is no such job.");
        var view = JobView.Of(job);
        return TypedResults.Ok(job.Kind == AlertSimulations.Kind && view.Result is { } result
            ? view with { Result = SimulationView.Of(result, await accounts.ReadAsync(id, cancellation)) }
            : view);
    }
}

/// <summary>A job as answers show it. <see cref="Result"/> is null until the job has succeeded; its members depend on the kind.</summary>
internal sealed record JobView(
    string Id, string Kind, string Status, double Progress, JsonElement? Result, string? Error, DateTimeOffset CreatedAt,
    DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt)
{
    private const int ShownDecimals = 3;

    public static JobView Of(Job job) => new(
        job.Id,
        job.Kind,
        job.Status,
        Math.Round(job.Progress, ShownDecimals, MidpointRounding.ToZero),
        job is { Status: JobStatus.Succeeded, Result: { } result } ? JsonElement.Parse(result) : null,
        job.Error,
        job.CreatedAt,
        job.StartedAt,
        job.FinishedAt);
}
