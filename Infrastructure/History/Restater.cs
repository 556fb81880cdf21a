using HealthApi.Core.Primitives;
using HealthApi.Infrastructure.Hosting;
using HealthApi.Infrastructure.Lanes;
using HealthApi.Infrastructure.Policies;
using Microsoft.Extensions.Logging;

namespace HealthApi.Infrastructure.History;

/// <summary>Restates the history of accounts with late events, one account after the other, while the lanes are not behind.</summary>
internal sealed class Restater(
    Restatements restatements, EvaluationPolicies policies, LaneLag lag, LoopHealth health, TimeProvider time, ILogger<Restater> logger)
    : WorkerLoop("restater", health, logger)
{
    /// <summary>While the lanes are further behind than this, restating waits, because new events come first.</summary>
    private static readonly TimeSpan BusyLag = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);

    protected override async Task TurnAsync(CancellationToken stopping)
    {
        await Task.Delay(LookEvery, time, stopping);
        while (lag.Current < BusyLag && await restatements.RestateOneAsync(
            await policies.CurrentAsync(stopping), Instant.Truncate(time.GetUtcNow()), stopping))
        {
            // Continue with the next account.
        }
    }
}
