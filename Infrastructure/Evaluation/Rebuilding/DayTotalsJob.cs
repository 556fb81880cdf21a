using HealthApi.Core.Primitives;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Events;
using HealthApi.Infrastructure.Jobs;
using HealthApi.Infrastructure.Policies;

namespace HealthApi.Infrastructure.Evaluation.Rebuilding;

/// <summary>
/// Adds the totals of days, which shift signals need, to figures that an earlier version wrote, and evaluates the accounts without sending
/// messages. The logs are folded outside of any transaction, a few accounts at a time. Until then the accounts have no shift signals.
/// </summary>
internal sealed class DayTotalsJob(
    IDatabase database, AccountLog log, IEvaluationSql sql, PagedEvaluation pages, EvaluationPolicies policies, TimeProvider time)
{
    private const int PageSize = 50;

    public Task RunAsync(JobRun run, CancellationToken cancellation)
    {
        // The upgrade that added this job may have changed the policy that this process has cached.
        policies.Forget();
        return pages.EvaluateAsync(run, PageSize, NotificationMode.Withhold, page => FoldAsync(page, cancellation), cancellation);
    }

    /// <summary>Folds the logs of those of the accounts whose figures lack the totals.</summary>
    private async Task<PageWork> FoldAsync(IReadOnlyList<AccountPageRow> page, CancellationToken cancellation)
    {
        var folded = new Dictionary<string, FoldedDays>(StringComparer.Ordinal);
        var now = Instant.Truncate(time.GetUtcNow());
        string[] ids = [.. page.Select(row => row.Id)];
        var records = await database.ReadAsync(connection => sql.ReadAsync(connection, ids), cancellation);
        foreach (var record in records.Values.Where(record => record.Fault is null && record.Figures.LacksDays))
            folded[record.Account.Id] = await FoldedDays.OfAsync(database, log, record.Account.Id, now, cancellation);
        return new PageWork(
            folded.Keys,
            async (transaction, record) => record.Figures.TakeDays(await folded[record.Account.Id].FiguresAsync(transaction)));
    }
}
