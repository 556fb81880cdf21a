using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Hosting;
using HealthApi.Infrastructure.Lanes;
using Microsoft.Extensions.Logging;

namespace HealthApi.Infrastructure.History;

/// <summary>Sets checkpoints for accounts with long logs, one account after the other, while the lanes are not behind.</summary>
internal sealed class Checkpointer(
    CheckpointSearch search, Checkpoints checkpoints, LaneLag lag, LoopHealth health, TimeProvider time, ILogger<Checkpointer> logger)
    : WorkerLoop("checkpoints", health, logger)
{
    private const int PageSize = 100;

    private static readonly TimeSpan BusyLag = TimeSpan.FromMilliseconds(200), LookEvery = TimeSpan.FromSeconds(10);

    protected override async Task TurnAsync(CancellationToken stopping)
    {
        await Task.Delay(LookEvery, time, stopping);
        for (var after = ""; lag.Current < BusyLag;)
        {
            var marked = await search.MarkedAsync(after, PageSize, stopping);
            foreach (var account in marked) await SetAsync(account, stopping);
            if (marked.Count < PageSize) break;
            after = marked[^1];
        }

        while (lag.Current < BusyLag && await search.NextAsync(stopping) is { } accounts)
        {
            foreach (var account in accounts) await SetAsync(account, stopping);
        }
    }

    private async Task WaitAsync(CancellationToken stopping)
    {
        while (lag.Current >= BusyLag) await Task.Delay(BusyLag, time, stopping);
    }

    private async Task SetAsync(string accountId, CancellationToken stopping)
    {
        try
        {
            await checkpoints.SetAsync(accountId, time.GetUtcNow(), WaitAsync, stopping);
        }
        catch (Exception failure) when (failure is not (StoreUnavailableException or OperationCanceledException))
        {
            Failed(failure, $"setting checkpoints of account '{accountId}'");
        }
    }
}
