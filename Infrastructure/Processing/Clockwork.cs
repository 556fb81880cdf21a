using System.Data;
using System.Data.Common;
using Dapper;
using HealthApi.Core;
using HealthApi.Core.Scoring;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Outbox;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace HealthApi.Infrastructure.Processing;

/// <summary>
/// Re-evaluates accounts when time alone may have changed their standing: an expiring window, inactivity, a renewal, a dwell. Driven by the due
/// time that each evaluation leaves behind, so nobody is scanned.
/// </summary>
internal sealed class Clockwork(
    IDatabase database, IProcessingSql sql, EvaluationPolicies policies, OutboxWriter outbox, OutboxSignal outboxSignal, ProcessingSignal signal,
    TimeProvider time, ILogger<Clockwork> logger) : BackgroundService
{
    private const int MaxAccounts = 200;

    private const string SelectDue = "SELECT account_id FROM account_states WHERE due_at <= @Now ORDER BY due_at LIMIT @Limit";

    private const string SelectNext = "SELECT MIN(due_at) FROM account_states WHERE due_at IS NOT NULL";

    /// <summary>Other processes change due times too.</summary>
    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(15), PauseAfterOutage = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                while (await EvaluateDueAsync(stoppingToken) == MaxAccounts)
                {
                    // Everything due now comes before the next sleep.
                }

                await signal.WaitAsync(await SleepAsync(stoppingToken), stoppingToken);
            }
            catch (Exception failure) when (failure is StoreUnavailableException or DBConcurrencyException)
            {
                logger.LogWarning("Clockwork waits: {Failure}", failure.Message);
                await signal.WaitAsync(PauseAfterOutage, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task<int> EvaluateDueAsync(CancellationToken cancellation)
    {
        var policy = await policies.CurrentAsync(cancellation);
        var now = Instant.Truncate(time.GetUtcNow());
        var due = await database.ReadAsync(
            connection => connection.QueryAsync<string>(SelectDue, new { Now = now.ToMicroseconds(), Limit = MaxAccounts }), cancellation);
        var accountIds = due.AsList();
        if (accountIds.Count == 0) return 0;
        var queued = await database.WriteAsync(transaction => EvaluateAsync(transaction, accountIds, policy, now, cancellation), cancellation);
        if (queued > 0) outboxSignal.Set();
        return accountIds.Count;
    }

    private async Task<int> EvaluateAsync(
        DbTransaction transaction, List<string> accountIds, EvaluationPolicy policy, DateTimeOffset now, CancellationToken cancellation)
    {
        var records = await sql.LoadAsync(transaction, accountIds);
        var writer = new EvaluationWriter(sql, outbox);
        foreach (var record in records.Values)
        {
            var evaluation = AccountEvaluator.Evaluate(record.Figures, record.Account, record.CreatedAt, record.Memory, policy, now);
            writer.Add(new AccountChange(record, evaluation, record.Figures.Encode(now), record.RestateFrom), null);
        }

        return await writer.WriteAsync(transaction, cancellation);
    }

    private async Task<TimeSpan> SleepAsync(CancellationToken cancellation)
    {
        var next = await database.ReadAsync(connection => connection.ExecuteScalarAsync<long?>(SelectNext), cancellation);
        if (next is not { } due) return LongestSleep;
        var sleep = Instant.FromMicroseconds(due) - time.GetUtcNow() + TimeSpan.FromMilliseconds(1);
        return sleep < TimeSpan.Zero ? TimeSpan.Zero : sleep < LongestSleep ? sleep : LongestSleep;
    }
}
