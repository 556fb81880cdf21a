using HealthApi.Api.Http;
using HealthApi.Infrastructure;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Lanes;
using HealthApi.Infrastructure.Secrets;

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
    /// it tries again by itself. So are secrets that cannot be opened: their webhooks wait.
    /// </summary>
    private static async Task<IResult> ReadyAsync(IDatabase database, ILaneTransport transport, LoopHealth loops, SecretAudit secrets, CancellationToken cancellation)
    {
        var store = await StoreAnswersAsync(database, cancellation);
        var broker = await transport.IsReachableAsync(cancellation);
        var (failing, unreadable) = (loops.Failing, store ? await UnreadableSecretsAsync(secrets, cancellation) : null);
        var status = !store ? "unavailable" : broker && failing.Count == 0 && unreadable == 0 ? "ready" : "degraded";
        var checks = new
        {
            store = store ? "reachable" : "unreachable",
            broker = broker ? "reachable" : "unreachable",
            failing,
            secrets = new { unreadable },
        };
        return Results.Json(new { status, checks }, Json.Answers, statusCode: store ? 200 : 503);
    }

    /// <summary>Null where the store has gone meanwhile.</summary>
    private static async Task<int?> UnreadableSecretsAsync(SecretAudit secrets, CancellationToken cancellation)
    {
        try
        {
            return (await secrets.RecentAsync(cancellation)).Count;
        }
        catch (StoreUnavailableException)
        {
            return null;
        }
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
