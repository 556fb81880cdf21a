using HealthApi.Core.Primitives;
using HealthApi.Infrastructure.Hosting;
using HealthApi.Infrastructure.Lanes;
using HealthApi.Infrastructure.Policies;
using Microsoft.Extensions.Logging;

namespace HealthApi.Infrastructure.History;

/// <summary>Tells the history of accounts with late events again, one account after the other, while the lanes are idle.</summary>
internal sealed class Restater(
    Restatements restatements, EvaluationPolicies policies, LaneLag lag, LoopHealth health, TimeProvider time, ILogger<Restater> logger)
    : WorkerLoop("restater", health, logger)
{
    /// <summary>Fresh events come first: while the lanes are further behind than this, the past waits.</summary>
    private static readonly TimeSpan BusyLag = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);

    protected override async Task TurnAsync(CancellationToken stopping)
    {
        await Task.Delay(LookEvery, time, stopping);
        while (lag.Current < BusyLag && await restatements.RestateOneAsync(
            await policies.CurrentAsync(stopping), Instant.Truncate(time.GetUtcNow()), stopping))
        {
            // One account after the other, as long as the lanes leave room.
        }
    }
}
