using HealthApi.Api.Commands;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Commands;

public sealed class CommandLineTests
{
    private readonly TempFolder _folder = new();

    [OneTimeTearDown]
    public void Remove() => _folder.Dispose();

    [Test]
    public async Task Help_names_every_command()
    {
        var help = await CommandRun.OfAsync(_folder, "--help");

        Assert.That(help.ExitCode, Is.EqualTo(ExitCode.Done));
        foreach (
            var command in new[] { "serve", "migrate", "backup", "restore", "keys", "demo", "import", "rebuild", "receive", "healthcheck" })
        {
            Assert.That(help.Output, Does.Match($@"(?m)^  {command}\s+\S"), "each command is described in one line");
        }
    }

    [TestCase("nonsense")]
    [TestCase("keys")]
    [TestCase("keys create --name a")]
    [TestCase("keys create --name a --scope everything")]
    [TestCase("serve --nonsense")]
    [TestCase("healthcheck ftp://x/")]
    [TestCase("receive --secret x")]
    [TestCase("serve --Messaging:Partitions=0 --urls=http://127.0.0.1:0")]
    [TestCase("serve --Auth:AdminKey=hk_twenty-three-letters --urls=http://127.0.0.1:0")]
    [TestCase("migrate --Storage:Provider=Paper")]
    [TestCase("serve --Roles=cook")]
    [TestCase("serve --urls=http://localhost:0")]
    [TestCase("serve --urls=nowhere")]
    public async Task An_invalid_command_line_exits_with_2_and_one_line_on_standard_error(string line)
    {
        var run = await CommandRun.OfAsync(_folder, line.Split(' '));

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Usage));
        Assert.That(run.Output, Is.Empty);
        Assert.That(run.Error.TrimEnd().Split('\n'), Has.Length.EqualTo(1), run.Error);
    }

    [TestCase("healthcheck http://127.0.0.1:1/")]
    public async Task A_failed_command_exits_with_1_and_one_line_without_a_stack_trace(string line)
    {
        var run = await CommandRun.OfAsync(_folder, line.Split(' '));

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Failed));
        Assert.That(run.Error.TrimEnd().Split('\n'), Has.Length.EqualTo(1), run.Error);
        Assert.That(run.Error, Does.Not.Contain("   at "));
    }

    [Test]
    public async Task A_file_that_is_not_a_database_is_reported()
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder.File("health.db"), new string('x', 4096));

        var run = await CommandRun.OfAsync(folder, "migrate");

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Failed));
        Assert.That(run.Error, Does.Contain("not a database"));
    }

    [Test]
    public async Task A_failed_background_service_ends_the_process_with_1_and_one_line()
    {
        using var folder = new TempFolder();

        var run = await CommandRun.OfAsync(
            folder, ["serve", "--urls=http://127.0.0.1:0"], adjust: builder => builder.Services.AddHostedService<Failing>());

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Failed));
        Assert.That(run.Error.TrimEnd().Split('\n'), Has.Length.EqualTo(1), run.Error);
        Assert.That(run.Error, Does.Contain("Failing").And.Contain("It broke."));
    }

    [Test]
    public async Task Migrate_creates_the_store_and_can_be_repeated()
    {
        using var folder = new TempFolder();

        Assert.That((await CommandRun.OfAsync(folder, "migrate")).ExitCode, Is.EqualTo(ExitCode.Done));
        var again = await CommandRun.OfAsync(folder, "migrate");

        Assert.That(again.ExitCode, Is.EqualTo(ExitCode.Done));
        Assert.That(again.Output, Does.Contain(folder.File("health.db")), "the output names the database file");
    }

    private sealed class Failing(IHostApplicationLifetime lifetime) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            var started = new TaskCompletionSource();
            await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
            await started.Task;
            throw new InvalidOperationException("It broke.");
        }
    }
}
