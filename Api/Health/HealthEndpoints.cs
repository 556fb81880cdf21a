using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Hosting;
using HealthApi.Infrastructure.Lanes;
using HealthApi.Infrastructure.Secrets;

namespace HealthApi.Api.Health;

/// <summary>Probes for orchestrators; they need no key and show nothing but the state.</summary>
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
    /// <c>ready</c> if the database accepts writes and events can be appended. <c>degraded</c> if the broker is unreachable (events spill
    /// to the lane table), the lane table accepts no spill while the broker is reachable, a background loop fails (it retries by itself),
    /// or secrets cannot be opened (their webhooks wait). <c>unavailable</c>, with 503, if no events can be accepted. Lanes that are no
    /// longer published to and still hold events are only listed: workers drain them.
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

    /// <summary>The number of secrets that no configured key opens; null if the store has become unreachable since its check.</summary>
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
