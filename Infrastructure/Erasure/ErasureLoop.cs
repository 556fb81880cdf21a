using HealthApi.Infrastructure.Hosting;
using Microsoft.Extensions.Logging;

namespace HealthApi.Infrastructure.Erasure;

/// <summary>A worker's care for erasures and for what lanes leave behind.</summary>
internal sealed class ErasureLoop(ErasureKeeper erasures, LanePruning pruning, LoopHealth health, ILogger<ErasureLoop> logger)
    : WorkerLoop("erasures", health, logger)
{
    private const int LooksBetweenPruning = 720;

    /// <summary>By the machine's clock: a simulated one would look for each second of months.</summary>
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    private int _looks;

    protected override async Task TurnAsync(CancellationToken stopping)
    {
        await erasures.LookAsync(stopping);
        if (_looks++ % LooksBetweenPruning == 0) await pruning.PruneAsync(stopping);
        await Task.Delay(Every, stopping);
    }
}
