using System.Data;
using System.Text.Json;
using Dapper;
using HealthApi.Core.Scoring;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Jobs;
using HealthApi.Infrastructure.Policies;

namespace HealthApi.Infrastructure.Evaluation;

/// <summary>
/// Evaluates accounts after a change of the policy, page by page. Each page is written in one transaction together with the job's progress.
/// </summary>
internal sealed class RescoreJob(IDatabase database, AccountEvaluations evaluations, EvaluationPolicies policies)
{
    /// <summary>Accounts per transaction: few enough that live events do not wait long for it.</summary>
    private const int PageSize = 100, Tries = 20;

    private const string Count = "SELECT COUNT(*) FROM accounts";

    private static readonly SqlText SelectPage = new(
        "SELECT id AS Id, segment AS Segment FROM accounts WHERE id > @After ORDER BY id LIMIT @Limit",
        "SELECT TOP (@Limit) id AS Id, segment AS Segment FROM accounts WHERE id > @After ORDER BY id");

    public async Task RunAsync(JobRun run, CancellationToken cancellation)
    {
        // The change that started this job may be newer than the policy that this process has cached.
        policies.Forget();
        var request = run.Request<RescoreRequest>();
        if (run.Job.Total is null)
        {
            var total = await database.ReadAsync(connection => connection.ExecuteScalarAsync<long>(Count), cancellation);
            await run.ReachAsync(
                run.Job with { Total = total, Result = JsonSerializer.Serialize(new RescoreResult(), JsonSerializerOptions.Web) },
                cancellation);
        }

        while (await PageAsync(run.Job.Position ?? "", cancellation) is { Count: > 0 } page)
        {
            var models = (await policies.CurrentAsync(cancellation)).Models;
            string[] concerned = [.. page.Where(row => IsConcerned(request, models, row.Segment)).Select(row => row.Id)];
            await StepAsync(run, page, concerned, cancellation);
        }
    }

    private async Task StepAsync(JobRun run, List<PageRow> page, string[] concerned, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await run.StepAsync(reached => evaluations.EvaluateAsync(
                    concerned, NotificationMode.Send, cancellation, (transaction, tally) => reached(transaction, Next(run, page, tally))));
                return;
            }
            catch (DBConcurrencyException) when (attempt < Tries)
            {
                // An event has changed one of the accounts, so evaluate the page again.
            }
        }
    }

    private static Job Next(JobRun run, List<PageRow> page, EvaluationTally tally)
    {
        var result = run.Result<RescoreResult>().Plus(tally.Accounts, tally.Moved, tally.Crossings);
        return run.Job with
        {
            Position = page[^1].Id,
            Done = run.Job.Done + page.Count,
            Result = JsonSerializer.Serialize(result, JsonSerializerOptions.Web)
        };
    }

    private static bool IsConcerned(RescoreRequest request, ModelRegistry models, string segment) => request.Segments is not { } segments
        || segments.Contains(segment)
        || (segments.Contains(ModelRegistry.Fallback) && !models.Assignments.ContainsKey(segment));

    private async Task<List<PageRow>> PageAsync(string after, CancellationToken cancellation) => (await database.ReadAsync(
        connection => connection.QueryAsync<PageRow>(SelectPage.For(connection), new { After = after, Limit = PageSize }), cancellation))
            .AsList();

    private sealed record PageRow
    {
        public string Id { get; init; } = "";

        public string Segment { get; init; } = "";
    }
}
