using System.Data.Common;
using Dapper;
using HealthApi.Infrastructure.Auditing;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Events;
using HealthApi.Infrastructure.Integrations;
using HealthApi.Infrastructure.Jobs;
using HealthApi.Infrastructure.Webhooks.Outbox;
using Microsoft.Extensions.Options;

namespace HealthApi.Infrastructure.Retention;

/// <summary>The progress of a sweep.</summary>
/// <param name="Accounts">Accounts that were pruned so far.</param>
/// <param name="Total">Accounts that existed when the sweep began.</param>
/// <param name="Events">Events that were removed; their figures are in the accounts' baselines.</param>
public readonly record struct RetentionTally(long Accounts, long Total, long Events);

/// <summary>
/// Prunes everything older than the retention, once: finished jobs; events, crossings, history and profiles, in pages of accounts by id;
/// then webhook deliveries, conflicts, sources and customer links. Audit entries have a retention of their own. Each chunk is one
/// transaction. Running it twice at the same time, or beside a running service, is harmless.
/// </summary>
public sealed class RetentionSweep(IDatabase database, JobStore jobs, IOptions<RetentionOptions> retention)
{
    private const int PageSize = 50;

    private const string CountAccounts = "SELECT COUNT(*) FROM accounts";

    private static readonly SqlText SelectPage = new(
        "SELECT id FROM accounts WHERE id > @After ORDER BY id LIMIT @Limit",
        "SELECT TOP (@Limit) id FROM accounts WHERE id > @After ORDER BY id");

    // Not by account: a refused event may name an account that does not exist. The oldest come first, and there are never many.
    private static readonly SqlText PruneConflicts = new(
        "DELETE FROM event_conflicts WHERE seq IN (SELECT c.seq FROM event_conflicts AS c WHERE c.received_at < @Cutoff ORDER BY c.seq "
            + "LIMIT @Limit)",
        "DELETE FROM event_conflicts WHERE seq IN (SELECT TOP (@Limit) c.seq FROM event_conflicts AS c WHERE c.received_at < @Cutoff "
            + "ORDER BY c.seq)");

    // A source that was silent for the whole retention is counted from zero when it sends again.
    private static readonly SqlText PruneSources = new(
        "DELETE FROM ingestion_sources WHERE source IN (SELECT s.source FROM ingestion_sources AS s WHERE s.last_received_at < @Cutoff "
            + "LIMIT @Limit)",
        "DELETE FROM ingestion_sources WHERE source IN (SELECT TOP (@Limit) s.source FROM ingestion_sources AS s WHERE s.last_received_at "
            + "< @Cutoff)");

    // Each lane counts a source in a row of its own; the rows of a source are deleted together.
    private static readonly SqlText PruneSourceCounts = new(
        """
        DELETE FROM ingestion_source_counts WHERE (part, source) IN (
            SELECT s.part, s.source FROM ingestion_source_counts AS s
            WHERE NOT EXISTS (SELECT 1 FROM ingestion_source_counts AS n WHERE n.source = s.source
                AND n.last_received_at >= @Cutoff) LIMIT @Limit)
        """,
        """
        DELETE ingestion_source_counts FROM ingestion_source_counts, (
            SELECT TOP (@Limit) s.part, s.source FROM ingestion_source_counts AS s
            WHERE NOT EXISTS (SELECT 1 FROM ingestion_source_counts AS n WHERE n.source = s.source
                AND n.last_received_at >= @Cutoff)) AS piece
        WHERE ingestion_source_counts.part = piece.part AND ingestion_source_counts.source = piece.source
        """);

    /// <param name="cutoff">Data older than this is deleted.</param>
    /// <param name="now">The present instant.</param>
    /// <param name="progress">Called after each page of accounts.</param>
    /// <param name="failed">
    /// Called when a page of accounts fails unexpectedly; the next sweep tries the page again. Where this is null, such a failure ends the
    /// sweep.
    /// </param>
    /// <exception cref="StoreUnavailableException">The store became unavailable; the chunks committed before stay deleted.</exception>
    public async Task<RetentionTally> RunAsync(
        DateTimeOffset cutoff, DateTimeOffset now, CancellationToken cancellation, Action<RetentionTally>? progress = null,
            Action<Exception, string>? failed = null)
    {
        await jobs.PruneAsync(cutoff, cancellation);
        var tally = new RetentionTally(
            0, await database.ReadAsync(connection => connection.ExecuteScalarAsync<long>(CountAccounts), cancellation), 0);
        for (var after = ""; after is not null;)
        {
            var parameters = new { After = after, Limit = PageSize };
            var page = (
                await database.ReadAsync(connection => connection.QueryAsync<string>(SelectPage.For(connection), parameters), cancellation))
                .AsList();
            var events = page.Count == 0 ? 0 : await PruneAsync(page, cutoff, failed, cancellation);
            tally = tally with { Accounts = tally.Accounts + page.Count, Events = tally.Events + events };
            progress?.Invoke(tally);
            after = page.Count == PageSize ? page[^1] : null;
        }

        await DeliveryPruning.PruneAsync(database, cutoff, cancellation);
        foreach (var table in (SqlText[])[PruneConflicts, PruneSources, PruneSourceCounts])
        {
            await Chunks.WriteAsync(
                database, AccountPruning.ChunkSize, transaction => ChunkAsync(transaction, table, cutoff), cancellation);
        }

        await CustomerLinkPruning.PruneAsync(database, cutoff, now, cancellation);
        await AuditTrail.PruneAsync(database, now - retention.Value.AuditSpan, cancellation);
        return tally;
    }

    private async Task<long> PruneAsync(
        List<string> page, DateTimeOffset cutoff, Action<Exception, string>? failed, CancellationToken cancellation)
    {
        try
        {
            return await AccountPruning.PruneAsync(database, page, cutoff, cancellation);
        }
        catch (Exception failure) when (failed is not null && failure is not (StoreUnavailableException or OperationCanceledException))
        {
            failed(failure, $"pruning the accounts from {page[0]} to {page[^1]}");
            return 0;
        }
    }

    private static Task<int> ChunkAsync(DbTransaction transaction, SqlText table, DateTimeOffset cutoff) =>
        transaction.Connection!.ExecuteAsync(
            table.For(transaction.Connection!), new { Cutoff = cutoff, Limit = AccountPruning.ChunkSize }, transaction);
}
