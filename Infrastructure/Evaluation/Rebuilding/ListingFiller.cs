using Dapper;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Hosting;
using Microsoft.Extensions.Logging;

namespace HealthApi.Infrastructure.Evaluation.Rebuilding;

/// <summary>
/// Fills the listing columns of accounts that an earlier version of the service wrote, in chunks. It rebuilds each account from the event
/// log, which figures of an older format need anyway. Parked accounts are skipped: their rebuild fills the columns.
/// </summary>
internal sealed class ListingFiller(
    IDatabase database, ReadModelRebuilder rebuilder, LoopHealth health, TimeProvider time, ILogger<ListingFiller> logger)
    : WorkerLoop("listing filler", health, logger)
{
    private const int ChunkSize = 20;

    /// <summary>Processes of an earlier version may still write rows, so the loop does not end.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(1);

    /// <summary>The pause between two chunks, so that other writers get their turn.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private static readonly SqlText SelectUnfilled = new(
        """
        SELECT a.id FROM accounts AS a JOIN account_states AS s ON s.account_id = a.id
        WHERE a.terms_version IS NULL AND s.parked_at IS NULL ORDER BY a.id LIMIT @Limit
        """,
        """
        SELECT TOP (@Limit) a.id FROM accounts AS a JOIN account_states AS s ON s.account_id = a.id
        WHERE a.terms_version IS NULL AND s.parked_at IS NULL ORDER BY a.id
        """);

    protected override async Task TurnAsync(CancellationToken stopping) =>
        await Task.Delay(await FillAsync(stopping) == 0 ? LookEvery : Pause, time, stopping);

    /// <returns>The number of accounts that were filled or parked. Those that retention is pruning are tried later.</returns>
    internal async Task<int> FillAsync(CancellationToken cancellation)
    {
        var accountIds = await database.ReadAsync(
            connection => connection.QueryAsync<string>(SelectUnfilled.For(connection), new { Limit = ChunkSize }), cancellation);
        var filled = 0;
        foreach (var accountId in accountIds)
        {
            if (await rebuilder.RebuildOrLeaveAsync(accountId, cancellation))
                filled++;
        }

        return filled;
    }
}
