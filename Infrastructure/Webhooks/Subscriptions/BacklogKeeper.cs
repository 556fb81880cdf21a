using HealthApi.Infrastructure.Hosting;
using HealthApi.Infrastructure.Webhooks.Outbox;
using Microsoft.Extensions.Logging;

namespace HealthApi.Infrastructure.Webhooks.Subscriptions;

/// <summary>Wakes <see cref="BacklogKeeper"/>; set it after the commit that disabled a subscription.</summary>
public sealed class BacklogSignal(TimeProvider time) : WakeSignal(time);

/// <summary>
/// Finishes holding and releasing that was interrupted, however large the backlog is. It runs beside the dispatcher, so that no
/// subscription waits for the backlog of another.
/// </summary>
internal sealed class BacklogKeeper(
    SubscriptionBacklog backlog, BacklogSignal signal, OutboxSignal queued, LoopHealth health, ILogger<BacklogKeeper> logger)
    : WorkerLoop("subscription backlog", health, logger)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    protected override async Task TurnAsync(CancellationToken stopping)
    {
        if (await backlog.FinishAsync(stopping)) queued.Set();
        await signal.WaitAsync(LookEvery, stopping);
    }
}
