using HealthApi.Core.Signals;
using HealthApi.Infrastructure.Evaluation.Rebuilding;
using HealthApi.Infrastructure.Hosting;
using Microsoft.Extensions.Logging;

namespace HealthApi.Infrastructure.Evaluation.Parking;

/// <summary>
/// Rebuilds accounts that were parked because of the format of their figures, one after the other: accounts whose figures have an older
/// format, and accounts that an older version of the service has parked because it did not know their format. Accounts with a format that
/// this process does not know are left to newer processes.
/// </summary>
internal sealed class ParkedAccountRebuilder(
    ParkedAccounts parked, ReadModelRebuilder rebuilder, ParkedAccountSignal signal, LoopHealth health,
    ILogger<ParkedAccountRebuilder> logger)
    : WorkerLoop("account rebuilder", health, logger)
{
    private const int PageSize = 50;

    /// <summary>Other processes park accounts too.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(15);

    /// <summary>The pause between two pages.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>The format of figures that this process knows.</summary>
    internal int Format { get; init; } = AccountFigures.Format;

    protected override async Task TurnAsync(CancellationToken stopping) =>
        await signal.WaitAsync(await RebuildAsync(stopping) == 0 ? LookEvery : Pause, stopping);

    /// <returns>The number of accounts that were rebuilt or left to an operator. Those that retention is pruning are tried later.</returns>
    internal async Task<int> RebuildAsync(CancellationToken cancellation)
    {
        var rebuilt = 0;
        foreach (var accountId in await parked.RebuildableAsync(Format, PageSize, cancellation))
        {
            if (await rebuilder.RebuildOrLeaveAsync(accountId, cancellation))
                rebuilt++;
        }

        return rebuilt;
    }
}
