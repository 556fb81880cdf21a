using Dapper;
using HealthApi.Core;
using HealthApi.Infrastructure.Database;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HealthApi.Infrastructure.Events;

/// <summary>
/// Prunes events and history older than the retention, account by account in pages by id, once a day. Every statement seeks; events that old
/// are refused at the door, so their identity is not needed any more.
/// </summary>
internal sealed class RetentionSweeper(IDatabase database, IOptions<RetentionOptions> options, TimeProvider time, ILogger<RetentionSweeper> logger) : BackgroundService
{
    private const int PageSize = 200;

    private const string SelectPage = "SELECT id FROM accounts WHERE id > @After ORDER BY id LIMIT @Limit";

    private const string Prune = """
        DELETE FROM events WHERE account_id = @AccountId AND occurred_at < @Cutoff;
        DELETE FROM score_history WHERE account_id = @AccountId AND day < @CutoffDay;
        """;

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

    /// <summary>Goes once over all accounts.</summary>
    internal async Task SweepAsync(DateTimeOffset cutoff, CancellationToken cancellation)
    {
        for (var after = ""; after is not null;)
        {
            var page = (await database.ReadAsync(connection => connection.QueryAsync<string>(SelectPage, new { After = after, Limit = PageSize }), cancellation)).AsList();
            var rows = page.Select(accountId => new { AccountId = accountId, Cutoff = cutoff.ToMicroseconds(), CutoffDay = cutoff.ToDay() });
            if (page.Count > 0) await database.WriteAsync(transaction => transaction.Connection!.ExecuteAsync(Prune, rows, transaction), cancellation);
            after = page.Count == PageSize ? page[^1] : null;
        }
    }
}
