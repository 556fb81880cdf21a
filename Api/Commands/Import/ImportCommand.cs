using System.CommandLine;
using HealthApi.Core.Primitives;
using HealthApi.Infrastructure.Accounts;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Evaluation;
using HealthApi.Infrastructure.Events;
using HealthApi.Infrastructure.History;
using HealthApi.Infrastructure.Imports;
using HealthApi.Infrastructure.Policies;
using Microsoft.Extensions.Options;

namespace HealthApi.Api.Commands.Import;

/// <summary><c>import MAPPING FILE…</c>: imports history from files through a mapping.</summary>
internal static class ImportCommand
{
    private const string Description = """
        Import history from CSV or NDJSON files, also gzipped, through a mapping (docs/import.md).

        Rows pass the same checks as posted events; those that fail are listed. An interrupted import resumes when it is run again, and
        repeating an import changes nothing. Events older than Retention:Events are refused: set a longer retention for older history.
        """;

    public static Command Create(CommandContext context)
    {
        var mapping = new Argument<string>("MAPPING") { Description = "The mapping: a JSON file." };
        var files = new Argument<string[]>("FILE") { Description = "The files to import.", Arity = ArgumentArity.OneOrMore };
        var webhooks = new Option<bool>(
            "--webhooks")
        { Description = "Send webhooks for the crossings that the import causes. Without it they are only stored." };
        var restart = new Option<bool>("--restart") { Description = "Start from the first row, even if an earlier run was interrupted." };
        var rejected = new Option<string>(
            "--rejected")
        { Description = "The file that lists the refused rows.", DefaultValueFactory = _ => "import-rejected.csv" };
        var command = new Command("import", Description) { mapping, files, webhooks, restart, rejected };
        command.SetAction((parsed, cancellation) => RunAsync(
            context,
            ImportPlan.Load(parsed.GetRequiredValue(mapping), parsed.GetRequiredValue(files)),
            new ImportOptions(parsed.GetValue(webhooks), parsed.GetValue(restart), parsed.GetRequiredValue(rejected)),
            cancellation));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, ImportPlan plan, ImportOptions options, CancellationToken cancellation)
    {
        await using var app = context.Build();
        var services = app.Services;
        var retention = services.GetRequiredService<IOptions<RetentionOptions>>().Value.EventsSpan;
        await StorePatience.RunAsync(() => services.GetRequiredService<IDatabase>().MigrateAsync(cancellation), cancellation);
        var reader = new ChunkReader(plan, retention, services.GetRequiredService<TimeProvider>());
        var checkpoints = services.GetRequiredService<ImportCheckpoints>();
        var from = options.Restart ? ImportCheckpoint.Start : await ImportCheckpoint.FindAsync(checkpoints, plan.Key, cancellation);
        if (!from.IsStart)
        {
            await context.Out.WriteLineAsync(
                $"Resuming after {from.Tally.Rows:N0} rows of an interrupted run (--restart starts from the first row).");
        }

        using var report = new RejectionReport(options.Rejected, resume: !from.IsStart);
        var job = new ImportJob(
            plan,
            new AccountPatches(
                services.GetRequiredService<AccountStore>(), services.GetRequiredService<DatedProfiles>(),
                services.GetRequiredService<EvaluationPolicies>()),
            services.GetRequiredService<EventIntake>(),
            services.GetRequiredService<AccountEvaluations>(),
            checkpoints,
            report,
            options.Webhooks ? NotificationMode.Send : NotificationMode.Withhold);
        var line = new ProgressLine(context.Out, context.Interactive);
        var tally = await ImportAsync(job, from, reader, line, cancellation);
        await RestateHistoryAsync(services, line, cancellation);
        ImportSummary.Write(context.Out, tally, report, retention, options.Webhooks);
        return tally.Handled + tally.Accounts == 0 && tally.Rejected.Count > 0 ? ExitCode.Failed : ExitCode.Done;
    }

    private static async Task<ImportTally> ImportAsync(
        ImportJob job, ImportCheckpoint from, ChunkReader reader, ProgressLine line, CancellationToken cancellation)
    {
        try
        {
            return await job.RunAsync(
                from, reader, (share, tally) => line.Show(share, $"{tally.Rows:N0} rows, {tally.Handled:N0} events"), cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            throw new CommandFailure("Interrupted. Run the same command again to resume.");
        }
        finally
        {
            line.End();
        }
    }

    /// <summary>Restates the daily history that late events have changed. A running service would do the same, at its own pace.</summary>
    private static async Task RestateHistoryAsync(IServiceProvider services, ProgressLine line, CancellationToken cancellation)
    {
        var (restatements, policies, time) = (
            services.GetRequiredService<Restatements>(), services.GetRequiredService<EvaluationPolicies>(),
            services.GetRequiredService<TimeProvider>());
        var pending = await services.GetRequiredService<HistoryStore>().CountPendingAsync(cancellation);
        for (var done = 1; done <= pending; done++)
        {
            if (!await StorePatience.RunAsync(
                async () =>
                    await restatements.RestateOneAsync(
                        await policies.CurrentAsync(cancellation), Instant.Truncate(time.GetUtcNow()), cancellation), cancellation))
            {
                break;
            }

            line.Show((double)done / pending, $"daily history of {done:N0} of {pending:N0} accounts");
        }

        line.End();
    }

    private sealed record ImportOptions(bool Webhooks, bool Restart, string Rejected);
}
