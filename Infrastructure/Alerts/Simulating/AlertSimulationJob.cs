using System.Text;
using System.Text.Json;
using Dapper;
using HealthApi.Core.Accounts;
using HealthApi.Core.Alerts;
using HealthApi.Core.Churn;
using HealthApi.Core.Evaluation;
using HealthApi.Core.History;
using HealthApi.Infrastructure.Accounts;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Events;
using HealthApi.Infrastructure.Jobs;
using HealthApi.Infrastructure.Lanes;
using HealthApi.Infrastructure.Policies;
using Microsoft.Extensions.Logging;

namespace HealthApi.Infrastructure.Alerts.Simulating;

/// <summary>
/// Replays the log of every account with an alert policy, and sums up what it would have done. Nothing but the progress is written before
/// the end, so a job whose worker died starts again. While the lanes are behind, it waits between accounts, because events come first.
/// </summary>
internal sealed class AlertSimulationJob(
    IDatabase database, AccountLog log, EvaluationPolicies policies, LaneLag lag, TimeProvider time, ILogger<AlertSimulationJob> logger)
{
    private const int PageSize = 100;

    private const string Count = "SELECT COUNT(*) FROM accounts";

    private static readonly SqlText SelectPage = new(
        """
        SELECT id AS Id, profile AS Profile, churned_at AS ChurnedAt, phase AS Phase FROM accounts
        WHERE id > @After ORDER BY id LIMIT @Limit
        """,
        """
        SELECT TOP (@Limit) id AS Id, profile AS Profile, churned_at AS ChurnedAt, phase AS Phase FROM accounts
        WHERE id > @After ORDER BY id
        """);

    /// <summary>Well within the lease of a job, which every step renews.</summary>
    private static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan BusyLag = TimeSpan.FromMilliseconds(200), Pause = TimeSpan.FromMilliseconds(500);

    private static readonly JsonSerializerOptions Json = JsonSerializerOptions.Web;

    public async Task RunAsync(JobRun run, CancellationToken cancellation)
    {
        // The worker before has died between the result and the end of the job.
        if (run.Job.Result is not null) return;
        var request = run.Request<SimulationRequest>();
        var policy = await PolicyAsync(request, cancellation);
        var tally = new SimulationTally(request.From, request.To, time.GetUtcNow());
        var total = await database.ReadAsync(connection => connection.ExecuteScalarAsync<long>(Count), cancellation);
        await run.ReachAsync(run.Job with { Total = total, Done = 0 }, cancellation);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var done = 0L;
        var work = Task.Run(
            () => ReplayAllAsync(policy, request.To, tally, () => Interlocked.Increment(ref done), stopping.Token), stopping.Token);
        try
        {
            while (await Task.WhenAny(work, Task.Delay(RenewEvery, cancellation)) != work)
                await run.ReachAsync(run.Job with { Done = Math.Min(Interlocked.Read(ref done), total) }, cancellation);
        }
        finally
        {
            await stopping.CancelAsync();
        }

        await work;
        await FinishAsync(run, tally, total, cancellation);
    }

    private async Task<EvaluationPolicy> PolicyAsync(SimulationRequest request, CancellationToken cancellation)
    {
        var present = await policies.FreshAsync(cancellation);
        var alerts = request.Policy is { } policy ? AlertPolicyReader.Read(Encoding.UTF8.GetBytes(policy)).Required() : present.Alerts;
        var rules = request.ChurnRules is { } stated ? ChurnRuleSetReader.Read(Encoding.UTF8.GetBytes(stated)).Required() : present.Rules;
        return present.Always(alerts, rules);
    }

    private async Task ReplayAllAsync(
        EvaluationPolicy policy, DateTimeOffset until, SimulationTally tally, Action counted, CancellationToken cancellation)
    {
        for (var after = ""; await PageAsync(after, cancellation) is { Count: > 0 } page; after = page[^1].Id)
        {
            foreach (var row in page)
            {
                if (lag.Current > BusyLag) await Task.Delay(Pause, cancellation);
                await ReplayAsync(row, policy, until, tally, cancellation);
                counted();
            }
        }
    }

    private async Task ReplayAsync(
        PageRow row, EvaluationPolicy policy, DateTimeOffset until, SimulationTally tally, CancellationToken cancellation)
    {
        try
        {
            var account = AccountColumns.FromProfileOrBare(row.Profile, row.Id);
            var past = await database.ReadAsync(connection => AccountPasts.FindAsync(connection, null, account), cancellation);
            if (past is null) return;
            var replay = await log.FoldAsync(
                row.Id, FoldStart.Beginning, until, baseline => new AlertReplay(baseline, past, policy, until), cancellation,
                patient: true);
            var alerts = replay.Complete();
            tally.Add(row.Id, replay.FirstAt, alerts, row.Phase == LifecyclePhases.Churned ? row.ChurnedAt : null);
        }
        catch (Exception failure) when (failure is FormatException or InvalidDataException or InvalidOperationException)
        {
            logger.LogWarning(failure, "The log of account {Account} cannot be replayed", row.Id);
            tally.Failed++;
        }
    }

    private Task FinishAsync(JobRun run, SimulationTally tally, long total, CancellationToken cancellation)
    {
        var result = JsonSerializer.Serialize(tally.Complete(), Json);
        return run.StepAsync(reached => database.WriteAsync(
            async transaction =>
            {
                await SimulatedAccounts.WriteAsync(transaction, run.Job.Id, tally.Accounts);
                await reached(transaction, run.Job with { Done = total, Result = result });
                return true;
            },
            cancellation));
    }

    private async Task<List<PageRow>> PageAsync(string after, CancellationToken cancellation) => (await database.ReadAsync(
        connection => connection.QueryAsync<PageRow>(SelectPage.For(connection), new { After = after, Limit = PageSize }), cancellation))
            .AsList();

    private sealed record PageRow
    {
        public string Id { get; init; } = "";

        public string Profile { get; init; } = "";

        public DateTimeOffset? ChurnedAt { get; init; }

        public string Phase { get; init; } = "";
    }
}
