using HealthApi.Api.Commands;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Commands;

public sealed class PruneCommandTests
{
    [Test]
    public async Task Prune_runs_while_the_service_runs_and_prints_the_counts()
    {
        using var folder = new TempFolder();
        var clock = new ManualTimeProvider();
        await using var service = await TestService.StartAsync(folder: folder, clock: clock);
        var old = new
        {
            id = "old",
            type = "billing.subscription_changed",
            accountId = "acme",
            occurredAt = clock.GetUtcNow().AddDays(-395),
            data = new { mrr = 900 }
        };
        var young = new
        {
            id = "young",
            type = "usage.login",
            accountId = "acme",
            occurredAt = clock.GetUtcNow().AddDays(-1),
            data = new { userId = "u1" }
        };
        await service.PostAsync("/v1/events", new object[] { old, young });
        await service.SettledAsync();

        var run = await CommandRun.OfAsync(folder, ["prune", "--Retention:Events=390"], clock);

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Done), run.Error);
        Assert.That(run.Output, Does.Contain("1 of 1 accounts, 1 events pruned").And.Contain("1 events before"));
        var events = await service.GetAsync("/v1/accounts/acme/timeline?kinds=event");
        Assert.That(
            events.GetProperty("data").EnumerateArray().Select(entry => entry.GetProperty("id").GetString()),
            Is.EqualTo(new[] { "young" }));
        await CommandRun.OfAsync(folder, ["rebuild"], clock);
        var account = await service.GetAsync("/v1/accounts/acme");
        Assert.That(account.GetProperty("mrr").GetDecimal(), Is.EqualTo(900), "the revenue from the pruned event is still known");
    }

    [TestCase("serve", "389")]
    [TestCase("prune", "30 days")]
    [TestCase("prune", "soon")]
    public async Task A_retention_shorter_than_the_longest_window_exits_with_2_and_changes_nothing(string word, string days)
    {
        using var folder = new TempFolder();

        var run = await CommandRun.OfAsync(folder, [word, "--Retention:Events", days]);

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Usage), run.Error);
        Assert.That(run.Error.TrimEnd(), Does.StartWith($"Retention:Events '{days}' is ").And.Not.Contain('\n'));
        Assert.That(File.Exists(folder.File("health.db")), Is.False);
    }
}
