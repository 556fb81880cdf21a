using HealthApi.Api.Http;
using HealthApi.Api.Security;
using HealthApi.Api.Serialization;
using HealthApi.Infrastructure.Evaluation;
using HealthApi.Infrastructure.Events;
using HealthApi.Infrastructure.Security;

namespace HealthApi.Api.Events;

/// <summary>
/// What became of what was ingested: figures for scope <c>ingest</c>; the content of events, which others may have sent, for <c>read</c>.
/// </summary>
internal static class IngestionEndpoints
{
    public static void MapIngestion(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/ingestion").WithTags("Events").RequireScope(ApiScopes.Ingest);
        group.MapGet("/stats", StatsAsync);
        group.MapGet("/conflicts", ConflictEndpoint.ListAsync).WithQuery(ConflictEndpoint.Query).RequireScope(ApiScopes.Read);
        group.MapParked();
    }

    /// <summary>
    /// <c>lagSeconds</c> is the age of the oldest accepted event that still waits; <c>rejected</c> counts since this process started.
    /// </summary>
    private static async Task<IResult> StatsAsync(
        IngestionStats stats, RejectionCounters rejections, TimeProvider time, CancellationToken cancellation)
    {
        var figures = await stats.ReadAsync(cancellation);
        var lag = figures.OldestPending is { } oldest ? Math.Max(0, (time.GetUtcNow() - oldest).TotalSeconds) : 0;
        return Results.Json(
            new
            {
                figures.Accepted,
                figures.Processed,
                figures.Duplicates,
                figures.Conflicts,
                figures.Parked,
                figures.ParkedAccounts,
                figures.Discarded,
                figures.Dropped,
                figures.Pending,
                figures.Balance,
                lagSeconds = Math.Round(lag, 3),
                figures.Queues,
                rejected = rejections.Snapshot(),
                figures.Sources,
            },
            Json.Answers);
    }
}
