using HealthApi.Api.Http;
using HealthApi.Infrastructure;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Lanes;

namespace HealthApi.Api.Health;

/// <summary>Probes for orchestrators; they need no key and tell nothing but the state.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/health").WithTags("Operations");
        group.MapGet("/live", Live);
        group.MapGet("/ready", ReadyAsync);
    }

    private static IResult Live() => Results.Json(new { status = "live" }, Json.Answers);

    /// <summary>
    /// Ready while the store answers. An absent broker is only <c>degraded</c>: events spill to the store and stay safe. So is background work that fails:
    /// it tries again by itself.
    /// </summary>
    private static async Task<IResult> ReadyAsync(IDatabase database, ILaneTransport transport, LoopHealth loops, CancellationToken cancellation)
    {
        var store = await StoreAnswersAsync(database, cancellation);
        var broker = await transport.IsReachableAsync(cancellation);
        var failing = loops.Failing;
        var status = !store ? "unavailable" : broker && failing.Count == 0 ? "ready" : "degraded";
        var checks = new { store = store ? "reachable" : "unreachable", broker = broker ? "reachable" : "unreachable", failing };
        var body = new { status, checks };
        return Results.Json(body, Json.Answers, statusCode: store ? 200 : 503);
    }

    private static async Task<bool> StoreAnswersAsync(IDatabase database, CancellationToken cancellation)
    {
        try
        {
            return await database.ReadAsync(
                async connection =>
                {
                    await using var command = connection.CreateCommand();
                    command.CommandText = "SELECT COUNT(*) FROM settings";
                    return await command.ExecuteScalarAsync(cancellation) is not null;
                },
                cancellation);
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
    }
}
