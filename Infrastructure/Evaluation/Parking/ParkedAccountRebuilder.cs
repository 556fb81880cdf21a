using HealthApi.Core.Signals;
using HealthApi.Infrastructure.Evaluation.Rebuilding;
using HealthApi.Infrastructure.Hosting;
using Microsoft.Extensions.Logging;

namespace HealthApi.Infrastructure.Evaluation.Parking;

/// <summary>
/// Rebuilds accounts that were set apart because of the format of their figures, from the event log, one after the other: those of an older
/// format, and those that an older process has met and left. A format that this process does not know is left to newer processes.
/// </summary>
internal sealed class ParkedAccountRebuilder(
    ParkedAccounts parked, ReadModelRebuilder rebuilder, ParkedAccountSignal signal, LoopHealth health,
    ILogger<ParkedAccountRebuilder> logger)
    : WorkerLoop("account rebuilder", health, logger)
{
    private const int PageSize = 50;

    /// <summary>Other processes set accounts apart too.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(15);

    /// <summary>Between two pages.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>The format of figures that this process knows.</summary>
    internal int Format { get; init; } = AccountFigures.Format;

    protected override async Task TurnAsync(CancellationToken stopping) =>
        await signal.WaitAsync(await RebuildAsync(stopping) == 0 ? LookEvery : Pause, stopping);

    /// <returns>How many accounts were rebuilt or left to an operator; those that retention is pruning wait for a later look.</returns>
    internal async Task<int> RebuildAsync(CancellationToken cancellation)
    {
        var rebuilt = 0;
        foreach (var accountId in await parked.RebuildableAsync(Format, PageSize, cancellation))
            if (await rebuilder.RebuildOrLeaveAsync(accountId, cancellation))
                rebuilt++;
        return rebuilt;
    }
}
