using HealthApi.Api.Http;
using HealthApi.Api.Security;
using HealthApi.Infrastructure.Evaluation;
using HealthApi.Infrastructure.Events;
using HealthApi.Infrastructure.Security;

namespace HealthApi.Api.Events;

/// <summary>
/// The outcome of ingestion: counts for scope <c>ingest</c>; the content of events, which other callers may have sent, for scope
/// <c>read</c>.
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

    private static async Task<Ok<IngestionStatsView>> StatsAsync(
        IngestionStats stats, RejectionCounters rejections, TimeProvider time, CancellationToken cancellation)
    {
        var figures = await stats.ReadAsync(cancellation);
        return TypedResults.Ok(IngestionStatsView.Of(figures, rejections.Snapshot(), time.GetUtcNow()));
    }
}
