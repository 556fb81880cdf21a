using System.Data;
using System.Data.Common;
using System.Text.Json;
using Dapper;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Jobs;
using HealthApi.Infrastructure.Policies;

namespace HealthApi.Infrastructure.Evaluation;

/// <summary>An account of a page, with its segment.</summary>
internal sealed record AccountPageRow
{
    public string Id { get; init; } = "";

    public string Segment { get; init; } = "";
}

/// <summary>The accounts of a page that a job evaluates.</summary>
/// <param name="Prepare">Changes an account's record before it is evaluated; null where nothing is changed.</param>
internal sealed record PageWork(IReadOnlyCollection<string> Accounts, Func<DbTransaction, AccountRecord, Task>? Prepare = null);

/// <summary>
/// Evaluates accounts for a job, page by page, in the order of their ids. Each page is written in one transaction together with the job's
/// progress.
/// </summary>
internal sealed class PagedEvaluation(IDatabase database, AccountEvaluations evaluations)
{
    private const int Tries = 20;

    private const string Count = "SELECT COUNT(*) FROM accounts";

    private static readonly SqlText SelectPage = new(
        "SELECT id AS Id, segment AS Segment FROM accounts WHERE id > @After ORDER BY id LIMIT @Limit",
        "SELECT TOP (@Limit) id AS Id, segment AS Segment FROM accounts WHERE id > @After ORDER BY id");

    /// <param name="size">Accounts per transaction: few enough that live events do not wait long for it.</param>
    /// <param name="choose">Chooses the work of a page; called again where an account has changed since.</param>
    public async Task EvaluateAsync(
        JobRun run, int size, NotificationMode notifications, Func<IReadOnlyList<AccountPageRow>, Task<PageWork>> choose,
        CancellationToken cancellation)
    {
        if (run.Job.Total is null)
        {
            var total = await database.ReadAsync(connection => connection.ExecuteScalarAsync<long>(Count), cancellation);
            await run.ReachAsync(run.Job with { Total = total, Result = Json(new RescoreResult()) }, cancellation);
        }

        while (await PageAsync(run.Job.Position ?? "", size, cancellation) is { Count: > 0 } page)
            await StepAsync(run, page, notifications, choose, cancellation);
    }

    private async Task StepAsync(
        JobRun run, List<AccountPageRow> page, NotificationMode notifications,
        Func<IReadOnlyList<AccountPageRow>, Task<PageWork>> choose, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var work = await choose(page);
                await run.StepAsync(reached => evaluations.EvaluateAsync(
                    work.Accounts, notifications, cancellation, (transaction, tally) => reached(transaction, Next(run, page, tally)),
                    work.Prepare));
                return;
            }
            catch (DBConcurrencyException) when (attempt < Tries)
            {
                // An event has changed one of the accounts, or retention has pruned one: evaluate the page again.
            }
        }
    }

    private async Task<List<AccountPageRow>> PageAsync(string after, int size, CancellationToken cancellation)
    {
        var parameters = new { After = after, Limit = size };
        var rows = await database.ReadAsync(
            connection => connection.QueryAsync<AccountPageRow>(SelectPage.For(connection), parameters), cancellation);
        return rows.AsList();
    }

    private static Job Next(JobRun run, List<AccountPageRow> page, EvaluationTally tally) => run.Job with
    {
        Position = page[^1].Id,
        Done = run.Job.Done + page.Count,
        Result = Json(run.Result<RescoreResult>().Plus(tally.Accounts, tally.Moved, tally.Crossings)),
    };

    private static string Json(RescoreResult result) => JsonSerializer.Serialize(result, JsonSerializerOptions.Web);
}
