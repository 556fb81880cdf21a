using System.Data.Common;
using Dapper;
using HealthApi.Core;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Jobs;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HealthApi.Infrastructure.Events;

/// <summary>
/// Prunes events, history and finished jobs older than the retention soon after the start and then once a day; events and history in pages of accounts by
/// id, each piece a transaction. Every statement on those seeks; events that old are refused at the door, so their identity is not needed any more.
/// </summary>
internal sealed class RetentionSweeper(IDatabase database, JobStore jobs, IOptions<RetentionOptions> options, TimeProvider time, ILogger<RetentionSweeper> logger) : BackgroundService
{
    private const int PageSize = 200;

    /// <summary>Rows a statement deletes at most: far below the 5,000 locks at which SQL Server locks the whole table, so ingestion never waits.</summary>
    internal const int PieceSize = 1000;

    private static readonly SqlText SelectPage = new(
        "SELECT id FROM accounts WHERE id > @After ORDER BY id LIMIT @Limit", "SELECT TOP (@Limit) id FROM accounts WHERE id > @After ORDER BY id");

    // An account's oldest go first: what a piece leaves is what an earlier cutoff would have left, never a log with holes.
    private static readonly SqlText PruneEvents = new(
        """
        DELETE FROM events WHERE seq IN (
            SELECT e.seq FROM events AS e
            WHERE e.account_id IN (SELECT j.value FROM json_each(@Ids) AS j) AND e.occurred_at < @Cutoff
            ORDER BY e.account_id, e.occurred_at LIMIT @Limit)
        """,
        """
        DELETE FROM events WHERE seq IN (
            SELECT TOP (@Limit) e.seq FROM events AS e
            WHERE e.account_id IN (SELECT CAST(j.value AS nvarchar(128)) COLLATE Latin1_General_100_BIN2 FROM OPENJSON(@Ids) AS j) AND e.occurred_at < @Cutoff
            ORDER BY e.account_id, e.occurred_at)
        """);

    private static readonly SqlText PruneHistory = new(
        """
        DELETE FROM score_history WHERE (account_id, day) IN (
            SELECT h.account_id, h.day FROM score_history AS h
            WHERE h.account_id IN (SELECT j.value FROM json_each(@Ids) AS j) AND h.day < @CutoffDay
            ORDER BY h.account_id, h.day LIMIT @Limit)
        """,
        """
        DELETE score_history FROM score_history, (
            SELECT TOP (@Limit) h.account_id, h.day FROM score_history AS h
            WHERE h.account_id IN (SELECT CAST(j.value AS nvarchar(128)) COLLATE Latin1_General_100_BIN2 FROM OPENJSON(@Ids) AS j) AND h.day < @CutoffDay
            ORDER BY h.account_id, h.day) AS piece
        WHERE score_history.account_id = piece.account_id AND score_history.day = piece.day
        """);

    // A worker that is replaced every day sweeps too; workers that start together do not sweep together.
    private static readonly TimeSpan FirstAfter = TimeSpan.FromMinutes(5), FirstSpread = TimeSpan.FromMinutes(5), Every = TimeSpan.FromDays(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Task.Delay(FirstAfter + (FirstSpread * Random.Shared.NextDouble()), time, stoppingToken);
            using var timer = new PeriodicTimer(Every, time);
            do await SweepSafelyAsync(stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service stops; the next start's sweep goes over everybody again.
        }
    }

    private async Task SweepSafelyAsync(CancellationToken cancellation)
    {
        try
        {
            await SweepAsync(time.GetUtcNow() - options.Value.EventsSpan, cancellation);
        }
        catch (StoreUnavailableException failure)
        {
            logger.LogWarning("Retention waits until tomorrow: {Failure}", failure.Message);
        }
    }

    /// <summary>Goes once over all jobs and accounts.</summary>
    internal async Task SweepAsync(DateTimeOffset cutoff, CancellationToken cancellation)
    {
        await jobs.PruneAsync(cutoff, cancellation);
        for (var after = ""; after is not null;)
        {
            var parameters = new { After = after, Limit = PageSize };
            var page = (await database.ReadAsync(connection => connection.QueryAsync<string>(SelectPage.For(connection), parameters), cancellation)).AsList();
            await PruneAsync(PruneEvents, page, cutoff, cancellation);
            await PruneAsync(PruneHistory, page, cutoff, cancellation);
            after = page.Count == PageSize ? page[^1] : null;
        }
    }

    /// <summary>Piece by piece, until one is not full.</summary>
    private async Task PruneAsync(SqlText prune, List<string> accountIds, DateTimeOffset cutoff, CancellationToken cancellation)
    {
        if (accountIds.Count == 0) return;
        while (await database.WriteAsync(transaction => PrunePieceAsync(transaction, prune, accountIds, cutoff), cancellation) == PieceSize)
        {
            // Others write in between.
        }
    }

    private static Task<int> PrunePieceAsync(DbTransaction transaction, SqlText prune, List<string> accountIds, DateTimeOffset cutoff)
    {
        var connection = transaction.Connection!;
        var parameters = new { Ids = JsonRows.Of(connection, accountIds), Cutoff = cutoff, CutoffDay = cutoff.ToDay(), Limit = PieceSize };
        return connection.ExecuteAsync(prune.For(connection), parameters, transaction);
    }
}
