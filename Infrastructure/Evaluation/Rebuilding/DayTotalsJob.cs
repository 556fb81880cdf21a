using System.Data;
using System.Data.Common;
using System.Text.Json;
using Dapper;
using HealthApi.Core.Evaluation;
using HealthApi.Core.Primitives;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Events;
using HealthApi.Infrastructure.Jobs;
using HealthApi.Infrastructure.Policies;
using HealthApi.Infrastructure.Webhooks.Outbox;

namespace HealthApi.Infrastructure.Evaluation.Rebuilding;

/// <summary>
/// Adds the totals of days, which shift signals need, to figures that an earlier version wrote, and evaluates the accounts without sending
/// messages. The logs are folded outside of any transaction, a few accounts at a time. Until then the accounts have no shift signals.
/// </summary>
internal sealed class DayTotalsJob(
    IDatabase database, AccountLog log, IEvaluationSql sql, EvaluationPolicies policies, OutboxWriter outbox, TimeProvider time)
{
    /// <summary>Accounts per transaction: few enough that live events do not wait long for it.</summary>
    private const int PageSize = 50, Tries = 20;

    private const string Count = "SELECT COUNT(*) FROM accounts";

    private static readonly SqlText SelectPage = new(
        "SELECT id FROM accounts WHERE id > @After ORDER BY id LIMIT @Limit",
        "SELECT TOP (@Limit) id FROM accounts WHERE id > @After ORDER BY id");

    public async Task RunAsync(JobRun run, CancellationToken cancellation)
    {
        policies.Forget();
        if (run.Job.Total is null)
        {
            var total = await database.ReadAsync(connection => connection.ExecuteScalarAsync<long>(Count), cancellation);
            var begun = run.Job with { Total = total, Result = JsonSerializer.Serialize(new RescoreResult(), JsonSerializerOptions.Web) };
            await run.ReachAsync(begun, cancellation);
        }

        while (await PageAsync(run.Job.Position ?? "", cancellation) is { Count: > 0 } page) await FillAsync(run, page, cancellation);
    }

    private async Task<List<string>> PageAsync(string after, CancellationToken cancellation) => (await database.ReadAsync(
        connection => connection.QueryAsync<string>(SelectPage.For(connection), new { After = after, Limit = PageSize }), cancellation))
            .AsList();

    private async Task FillAsync(JobRun run, List<string> page, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var folded = await FoldAsync(page, cancellation);
                await run.StepAsync(reached => policies.EvaluateAsync(
                    policy => database.WriteAsync(
                        async transaction =>
                        {
                            var tally = await WriteAsync(transaction, folded, policy, cancellation);
                            await reached(transaction, Next(run, page, tally));
                            return tally;
                        },
                        cancellation),
                    cancellation));
                return;
            }
            catch (DBConcurrencyException) when (attempt < Tries)
            {
                // An event has changed one of the accounts, or retention has pruned one: read the page again.
            }
        }
    }

    /// <summary>Folds the logs of those of the accounts whose figures lack the totals.</summary>
    private async Task<IReadOnlyDictionary<string, FoldedDays>> FoldAsync(List<string> page, CancellationToken cancellation)
    {
        var folded = new Dictionary<string, FoldedDays>(StringComparer.Ordinal);
        var records = await database.ReadAsync(connection => sql.ReadAsync(connection, page), cancellation);
        foreach (var record in records.Values.Where(record => record.Fault is null && record.Figures.LacksDays))
            folded[record.Account.Id] = await FoldedDays.OfAsync(database, log, record.Account.Id, Now, cancellation);
        return folded;
    }

    private async Task<EvaluationTally> WriteAsync(
        DbTransaction transaction, IReadOnlyDictionary<string, FoldedDays> folded, EvaluationPolicy policy, CancellationToken cancellation)
    {
        var writer = new EvaluationWriter(sql, outbox, NotificationMode.Withhold, policy.Alerts);
        var now = Now;
        foreach (var record in (await sql.LoadAsync(transaction, [.. folded.Keys])).Values.Where(record => record.Fault is null))
        {
            record.Figures.TakeDays(await folded[record.Account.Id].FiguresAsync(transaction));
            var evaluation = AccountEvaluator.Evaluate(record.Figures, record.Account, record.CreatedAt, record.Memory, policy, now);
            writer.Add(new AccountChange(record, evaluation, record.Figures.Encode(now), record.RestateFrom), null);
        }

        await writer.WriteAsync(transaction, cancellation);
        return writer.Tally;
    }

    private static Job Next(JobRun run, List<string> page, EvaluationTally tally)
    {
        var result = run.Result<RescoreResult>().Plus(tally.Accounts, tally.Moved, tally.Crossings);
        return run.Job with
        {
            Position = page[^1],
            Done = run.Job.Done + page.Count,
            Result = JsonSerializer.Serialize(result, JsonSerializerOptions.Web),
        };
    }

    private DateTimeOffset Now => Instant.Truncate(time.GetUtcNow());
}
