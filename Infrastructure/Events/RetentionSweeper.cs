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
/// Prunes events, history and finished jobs older than the retention once a day; events and history account by account in pages by id. Every statement
/// on those seeks; events that old are refused at the door, so their identity is not needed any more.
/// </summary>
internal sealed class RetentionSweeper(IDatabase database, JobStore jobs, IOptions<RetentionOptions> options, TimeProvider time, ILogger<RetentionSweeper> logger) : BackgroundService
{
    private const int PageSize = 200;

    private static readonly SqlText SelectPage = new(
        "SELECT id FROM accounts WHERE id > @After ORDER BY id LIMIT @Limit", "SELECT TOP (@Limit) id FROM accounts WHERE id > @After ORDER BY id");

    private static readonly SqlText Prune = new(
        """
        DELETE FROM events WHERE seq IN (
            SELECT e.seq FROM json_each(@Ids) AS j JOIN events AS e ON e.account_id = j.value AND e.occurred_at < @Cutoff);
        DELETE FROM score_history WHERE (account_id, day) IN (
            SELECT h.account_id, h.day FROM json_each(@Ids) AS j JOIN score_history AS h ON h.account_id = j.value AND h.day < @CutoffDay);
        """,
        """
        DELETE FROM events WHERE seq IN (
            SELECT e.seq FROM OPENJSON(@Ids) AS j JOIN events AS e ON e.account_id = j.value COLLATE Latin1_General_100_BIN2 AND e.occurred_at < @Cutoff);
        DELETE score_history FROM score_history, OPENJSON(@Ids) AS j
        WHERE score_history.account_id = j.value COLLATE Latin1_General_100_BIN2 AND score_history.day < @CutoffDay;
        """);

    private static readonly TimeSpan Every = TimeSpan.FromDays(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            using var timer = new PeriodicTimer(Every, time);
            while (await timer.WaitForNextTickAsync(stoppingToken)) await SweepSafelyAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service stops; the next day's sweep goes over everybody again.
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
            if (page.Count > 0) await database.WriteAsync(transaction => PruneAsync(transaction, page, cutoff), cancellation);
            after = page.Count == PageSize ? page[^1] : null;
        }
    }

    private static Task<int> PruneAsync(DbTransaction transaction, IReadOnlyCollection<string> accountIds, DateTimeOffset cutoff)
    {
        var connection = transaction.Connection!;
        return connection.ExecuteAsync(Prune.For(connection), new { Ids = JsonRows.Of(connection, accountIds), Cutoff = cutoff, CutoffDay = cutoff.ToDay() }, transaction);
    }
}
