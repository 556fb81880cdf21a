using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Commands;

public sealed class DemoTests
{
    [Test]
    public async Task The_demo_repeats_with_the_same_seed_and_every_webhook_is_signed_and_received_once()
    {
        using var folder = new TempFolder();
        var first = await CommandRun.OfAsync(folder, "demo", "--accounts", "20", "--days", "40", "--seed", "7");
        Assert.That(first.ExitCode, Is.Zero, first.Error);
        var report = Report(first);
        Assert.That(report, Does.Contain("lifecycle:healthy").And.Contain("churn_risk:high").And.Contain("received twice: 0."));
        var received = System.Text.RegularExpressions.Regex.Match(report, @"Webhooks received: (\d+), signature valid: (\d+)");
        Assert.That(received.Groups[1].Value, Is.EqualTo(received.Groups[2].Value).And.Not.EqualTo("0"), "every webhook is signed");
        Assert.That(
            Report(await CommandRun.OfAsync(folder, "demo", "--accounts", "20", "--days", "40", "--seed", "7")), Is.EqualTo(report));
        Assert.That(File.Exists(folder.File("health.db")), Is.False, "the demo does not use the configured store");
    }

    [Test]
    public async Task A_number_out_of_range_is_a_usage_error()
    {
        using var folder = new TempFolder();
        var run = await CommandRun.OfAsync(folder, "demo", "--days", "3");
        Assert.That((run.ExitCode, run.Error), Is.EqualTo((2, "--days must be 10 to 390. Run with --help for the usage.\n")));
    }

    /// <summary>
    /// The output from the totals on. The part before differs between runs: it contains the duration and the webhooks as they arrive.
    /// </summary>
    private static string Report(CommandRun run) =>
        run.Output[run.Output.IndexOf("How often each threshold was crossed:", StringComparison.Ordinal)..];
}
