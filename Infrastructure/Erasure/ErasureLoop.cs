using HealthApi.Infrastructure.Hosting;
using Microsoft.Extensions.Logging;

namespace HealthApi.Infrastructure.Erasure;

/// <summary>Runs <see cref="ErasureKeeper"/> every five seconds and <see cref="LanePruning"/> about once an hour.</summary>
internal sealed class ErasureLoop(ErasureKeeper erasures, LanePruning pruning, LoopHealth health, ILogger<ErasureLoop> logger)
    : WorkerLoop("erasures", health, logger)
{
    private const int LooksBetweenPruning = 720;

    /// <summary>On the machine's clock: a simulated clock that moves over months would cause a look for every five seconds of it.</summary>
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    private int _looks;

    protected override async Task TurnAsync(CancellationToken stopping)
    {
        await erasures.LookAsync(stopping);
        if (_looks++ % LooksBetweenPruning == 0) await pruning.PruneAsync(stopping);
        await Task.Delay(Every, stopping);
    }
}
