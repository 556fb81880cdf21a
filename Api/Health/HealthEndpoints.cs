using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Hosting;
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

    private static Ok<LivenessView> Live() => TypedResults.Ok(new LivenessView("live"));

    /// <summary>
    /// Ready while the store takes writes and events can be kept. An absent broker is only <c>degraded</c>: events spill to the store and
    /// stay safe. So is a lane table that takes no spill while the broker is there, background work that fails: it tries again by itself,
    /// and secrets that cannot be opened: their webhooks wait. Lanes that are no longer published to and still hold events are only named:
    /// workers drain them.
    /// </summary>
    private static async Task<JsonHttpResult<ReadinessView>> ReadyAsync(
        WriteProbe probe, ILaneTransport transport, LoopHealth loops, SecretAudit secrets, CancellationToken cancellation)
    {
        var found = await probe.CheckAsync(cancellation);
        var broker = await transport.IsReachableAsync(cancellation);
        var (store, lanes) = (found.Database == StoreHealth.Reachable, found.Lanes == StoreHealth.Reachable);
        var (failing, unreadable) = (loops.Failing, store ? await UnreadableSecretsAsync(secrets, cancellation) : null);
        var serves = store && (broker || lanes);
        var status = !serves ? "unavailable" : broker && lanes && failing.Count == 0 && unreadable == 0 ? "ready" : "degraded";
        var former = (await transport.FormerAsync(cancellation)).Select(queue => queue.Lane);
        var checks = new ReadinessChecks(
            found.Database, found.Lanes, broker ? "reachable" : "unreachable", former, failing, new SecretCheck(unreadable));
        var code = serves ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        return TypedResults.Json(new ReadinessView(status, checks), statusCode: code);
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
}
