using System.Globalization;
using HealthApi.Api.Commands.Import;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Infrastructure.Accounts;
using HealthApi.Infrastructure.Evaluation;
using HealthApi.Infrastructure.Imports;
using HealthApi.Infrastructure.Policies;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Commands.Import;

public sealed class ImportResumeTests
{
    private const int Rows = 25_000;

    private const string Mapping = """
        {"source":"s","events":[{"id":"{id}","type":"usage.login","accountId":"a{account}","occurredAt":{"column":"at","as":"time"}}]}
        """;

    private static readonly DateTimeOffset Now = new(2026, 11, 20, 9, 0, 0, TimeSpan.Zero);

    [Test]
    public async Task An_interrupted_import_resumes_at_its_checkpoint_and_reports_the_totals_of_both_runs()
    {
        using var folder = new TempFolder();
        var (mapping, file) = await WriteAsync(folder);
        await InterruptAsync(folder, ImportPlan.Load(mapping, [file]));

        var run = await CommandRun.OfAsync(folder, ["import", mapping, file], new ManualTimeProvider(Now));
        var again = await CommandRun.OfAsync(folder, ["import", mapping, file], new ManualTimeProvider(Now));

        Assert.That(run.Output, Does.Contain("Resuming after 10,000 rows"));
        Assert.That(
            run.Output, Does.Contain($"{Rows:N0} rows in ").And.Contain($"{Rows:N0} new, 0 duplicates, 0 conflicts"),
            "no row is skipped or imported twice");
        Assert.That(
            again.Output, Does.Not.Contain("Resuming").And.Contain($"0 new, {Rows:N0} duplicates"),
            "a finished import leaves no checkpoint");
    }

    [Test]
    public async Task The_restart_option_begins_at_the_first_row()
    {
        using var folder = new TempFolder();
        var (mapping, file) = await WriteAsync(folder);
        await InterruptAsync(folder, ImportPlan.Load(mapping, [file]));

        var run = await CommandRun.OfAsync(folder, ["import", mapping, file, "--restart"], new ManualTimeProvider(Now));

        Assert.That(run.Output, Does.Contain("15,000 new, 10,000 duplicates"));
    }

    private static async Task<(string Mapping, string File)> WriteAsync(TempFolder folder)
    {
        var (mapping, file) = (folder.File("mapping.json"), folder.File("rows.csv"));
        await File.WriteAllTextAsync(mapping, Mapping);
        var rows = Enumerable.Range(0, Rows)
            .Select(row => string.Create(CultureInfo.InvariantCulture, $"{row},{row % 50},{Now.AddMinutes(-row):yyyy-MM-dd HH:mm}"));
        await File.WriteAllLinesAsync(file, rows.Prepend("id,account,at"));
        return (mapping, file);
    }

    /// <summary>Cancels an import after its first chunk, as Ctrl+C does.</summary>
    private static async Task InterruptAsync(TempFolder folder, ImportPlan plan)
    {
        await using var service = await TestService.StartAsync(["Roles=api"], new ManualTimeProvider(Now), folder);
        using var interrupt = new CancellationTokenSource();
        using var report = new RejectionReport(folder.File("rejected.csv"), resume: false);
        var job = new ImportJob(
            plan,
            new AccountPatches(
                service.Services.GetRequiredService<AccountStore>(), service.Services.GetRequiredService<DatedProfiles>(),
                service.Services.GetRequiredService<EvaluationPolicies>()),
            service.Services.GetRequiredService<EventIntake>(),
            service.Services.GetRequiredService<AccountEvaluations>(),
            service.Services.GetRequiredService<ImportCheckpoints>(),
            report,
            NotificationMode.Withhold);
        var reader = new ChunkReader(plan, TimeSpan.FromDays(400), new ManualTimeProvider(Now));

        Assert.That(
            async () => await job.RunAsync(ImportCheckpoint.Start, reader, (_, _) => interrupt.Cancel(), interrupt.Token),
            Throws.InstanceOf<OperationCanceledException>());
    }
}
