using HealthApi.Infrastructure.Hosting;
using Microsoft.Extensions.Logging;

namespace HealthApi.Infrastructure.Webhooks.Feed;

/// <summary>
/// Publishes the waiting crossings at least once, in order for each account, while this process holds the lease. An unavailable broker
/// delays nothing but the feed.
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

    /// <summary>Ends the lease; where this fails, the lease ends by itself.</summary>
    protected override Task StoppedAsync() => lease.ReleaseAsync(CancellationToken.None);

    /// <returns>How long to wait before the next turn; null where more crossings may be waiting.</returns>
    private async Task<TimeSpan?> PublishAsync(CancellationToken cancellation)
    {
        if ((await feed.FirstAsync(1, cancellation)).Count == 0) return Poll;
        if (!await lease.HoldAsync(cancellation)) return WaitForLease;
        var entries = await feed.FirstAsync(BatchSize, cancellation);
        var confirmed = await bus.PublishAsync(entries);
        if (confirmed.Count > 0) await feed.RemoveAsync(confirmed, CancellationToken.None);
        LogChange(confirmed.Count == entries.Count);
        return confirmed.Count == entries.Count ? null : Pause;
    }

    private void LogChange(bool confirms)
    {
        if (confirms == !_away) return;
        _away = !confirms;
        if (_away) logger.LogWarning("RabbitMQ does not confirm: crossings for the bus wait in the store until it does");
        else logger.LogInformation("Crossings are published to the bus again");
    }
}
