using HealthApi.Api.Commands;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Commands;

public sealed class RebuildCommandTests
{
    [Test]
    public async Task Rebuild_prints_the_counts_even_for_an_empty_store()
    {
        using var folder = new TempFolder();
        var empty = await CommandRun.OfAsync(folder, "rebuild");
        await using (var service = await TestService.StartAsync(folder: folder))
        {
            await service.PostAsync("/v1/events", new { id = "e1", type = "usage.login", accountId = "acme" });
            await service.SettledAsync();
        }

        var run = await CommandRun.OfAsync(folder, "rebuild");

        Assert.That((empty.ExitCode, run.ExitCode), Is.EqualTo((ExitCode.Done, ExitCode.Done)), run.Error);
        Assert.That(empty.Output, Does.Contain("0 accounts from 0 events"));
        Assert.That(run.Output, Does.Contain("1 accounts from 1 events").And.Not.Contain("otherwise"));
    }
}
