using Dapper;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Jobs;
using HealthApi.Infrastructure.Outbox;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HealthApi.Infrastructure.Events;

/// <summary>
/// Prunes what is older than the retention soon after the start and then once a day: finished jobs, in pages of accounts by id their
/// events and what was told of them, the log of webhooks, and conflicts. Each piece is a transaction, and every statement on accounts and webhooks seeks.
/// </summary>
internal sealed class RetentionSweeper(
    IDatabase database, JobStore jobs, IOptions<RetentionOptions> options, LoopHealth health, TimeProvider time, ILogger<RetentionSweeper> logger)
    : WorkerLoop("retention", health, logger)
{
    private const int PageSize = 200;

    private static readonly SqlText SelectPage = new(
        "SELECT id FROM accounts WHERE id > @After ORDER BY id LIMIT @Limit", "SELECT TOP (@Limit) id FROM accounts WHERE id > @After ORDER BY id");

    // Of no account: what was refused may name one that never came to be. The oldest come first, and there are never many.
    private static readonly SqlText PruneConflicts = new(
        "DELETE FROM event_conflicts WHERE seq IN (SELECT c.seq FROM event_conflicts AS c WHERE c.received_at < @Cutoff ORDER BY c.seq LIMIT @Limit)",
        "DELETE FROM event_conflicts WHERE seq IN (SELECT TOP (@Limit) c.seq FROM event_conflicts AS c WHERE c.received_at < @Cutoff ORDER BY c.seq)");

    // A worker that is replaced every day sweeps too; workers that start together do not sweep together.
    private static readonly TimeSpan FirstAfter = TimeSpan.FromMinutes(5), FirstSpread = TimeSpan.FromMinutes(5), Every = TimeSpan.FromDays(1);

    private DateTimeOffset? _next;

    /// <summary>A sweep begins with the first account again, so one that fails is not repeated every few seconds.</summary>
    protected override TimeSpan LongestPause => TimeSpan.FromHours(1);

    /// <summary>A sweep that an outage stopped begins again as soon as the store answers.</summary>
    protected override async Task TurnAsync(CancellationToken stopping)
    {
        _next ??= time.GetUtcNow() + FirstAfter + (FirstSpread * Random.Shared.NextDouble());
        if (_next - time.GetUtcNow() is { } wait && wait > TimeSpan.Zero) await Task.Delay(wait, time, stopping);
        await SweepAsync(time.GetUtcNow() - options.Value.EventsSpan, stopping);
        _next += Every;
    }

    /// <summary>Goes once over all jobs, subscriptions and accounts.</summary>
    internal async Task SweepAsync(DateTimeOffset cutoff, CancellationToken cancellation)
    {
        await jobs.PruneAsync(cutoff, cancellation);
        for (var after = ""; after is not null;)
        {
            var parameters = new { After = after, Limit = PageSize };
            var page = (await database.ReadAsync(connection => connection.QueryAsync<string>(SelectPage.For(connection), parameters), cancellation)).AsList();
            if (page.Count > 0) await PruneAsync(page, cutoff, cancellation);
            after = page.Count == PageSize ? page[^1] : null;
        }

        await DeliveryPruning.PruneAsync(database, cutoff, cancellation);
        await PruneConflictsAsync(cutoff, cancellation);
    }

    /// <summary>A page that fails unexpectedly is left for the next sweep and does not keep the others from being pruned.</summary>
    private async Task PruneAsync(List<string> page, DateTimeOffset cutoff, CancellationToken cancellation)
    {
        try
        {
            await AccountPruning.PruneAsync(database, page, cutoff, cancellation);
        }
        catch (Exception failure) when (failure is not (StoreUnavailableException or OperationCanceledException))
        {
            Failed(failure, $"pruning the accounts from {page[0]} to {page[^1]}");
        }
    }

    private Task PruneConflictsAsync(DateTimeOffset cutoff, CancellationToken cancellation) => Pieces.DeleteAsync(
        database,
        AccountPruning.PieceSize,
        transaction => transaction.Connection!.ExecuteAsync(PruneConflicts.For(transaction.Connection!), new { Cutoff = cutoff, Limit = AccountPruning.PieceSize }, transaction),
        cancellation);
}
