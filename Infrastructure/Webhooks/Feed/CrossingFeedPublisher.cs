using HealthApi.Infrastructure.Hosting;
using Microsoft.Extensions.Logging;

namespace HealthApi.Infrastructure.Webhooks.Feed;

/// <summary>
/// The feed's own dispatcher: publishes what waits, of each account in order and at least once, while this process holds the lease. A
/// broker that is away delays the feed and nothing else.
/// </summary>
internal sealed class CrossingFeedPublisher(
    CrossingFeed feed, CrossingFeedLease lease, CrossingBus bus, CrossingFeedSignal signal, LoopHealth health,
    ILogger<CrossingFeedPublisher> logger)
    : WorkerLoop("crossing feed", health, logger)
{
    private const int BatchSize = 200;

    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1), WaitForLease = TimeSpan.FromSeconds(2),
        Pause = TimeSpan.FromMilliseconds(500);

    private bool _away;

    protected override async Task TurnAsync(CancellationToken stopping)
    {
        if (await PublishAsync(stopping) is { } pause) await signal.WaitAsync(pause, stopping);
    }

    /// <summary>Without it, the lease ends by itself.</summary>
    protected override Task StoppedAsync() => lease.ReleaseAsync(CancellationToken.None);

    /// <returns>How long to wait before the next turn; null where there may be more at once.</returns>
    private async Task<TimeSpan?> PublishAsync(CancellationToken cancellation)
    {
        if ((await feed.FirstAsync(1, cancellation)).Count == 0) return Poll;
        if (!await lease.HoldAsync(cancellation)) return WaitForLease;
        var entries = await feed.FirstAsync(BatchSize, cancellation);
        var confirmed = await bus.PublishAsync(entries);
        if (confirmed.Count > 0) await feed.RemoveAsync(confirmed, CancellationToken.None);
        Tell(confirmed.Count == entries.Count);
        return confirmed.Count == entries.Count ? null : Pause;
    }

    private void Tell(bool confirms)
    {
        if (confirms == !_away) return;
        _away = !confirms;
        if (_away) logger.LogWarning("RabbitMQ does not confirm: crossings for the bus wait in the store until it does");
        else logger.LogInformation("Crossings are published to the bus again");
    }
}
