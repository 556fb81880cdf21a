using System.Net;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Infrastructure.Events;
using HealthApi.Infrastructure.Jobs;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Events;

/// <summary>What is older than the retention goes: events, history, finished jobs.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class RetentionSweeperTests(StoreKind kind) : StoreFixture(kind)
{
    private readonly ManualTimeProvider _clock = new();
    private TestService _service = null!;

    private RetentionSweeper Sweeper => ActivatorUtilities.CreateInstance<RetentionSweeper>(_service.Services);

    [TearDown]
    public ValueTask StopAsync() => _service.DisposeAsync();

    [Test]
    public async Task Old_events_go_and_younger_ones_stay()
    {
        _service = await TestService.StartAsync(Kind, clock: _clock);
        var now = _clock.GetUtcNow();
        await _service.PostAsync("/v1/events", new[] { 300, 199 }.Select(days => new
        {
            id = $"d{days}",
            type = "usage.login",
            accountId = "acme",
            occurredAt = now.AddDays(-days),
            data = new { userId = "u" },
        }));
        await _service.SettledAsync();
        await Sweeper.SweepAsync(now.AddDays(-200), CancellationToken.None);
        var events = (await _service.GetAsync("/v1/accounts/acme/timeline?kinds=event")).GetProperty("data").EnumerateArray().ToList();
        Assert.That(events, Has.Count.EqualTo(1));
        Assert.That(events[0].GetProperty("at").GetDateTimeOffset(), Is.EqualTo(now.AddDays(-199)));
    }

    [Test]
    public async Task Finished_jobs_go_and_open_ones_stay()
    {
        _service = await TestService.StartAsync(Kind, ["Roles=api"], _clock);
        var (finished, open) = (await AskAsync(), await AskAsync());
        var jobs = _service.Services.GetRequiredService<JobStore>();
        var claimed = await jobs.ClaimAsync("worker", RescoreJob.Names, CancellationToken.None);
        await jobs.FinishAsync(claimed!.Id, "worker", JobStatus.Succeeded, null, CancellationToken.None);
        Assert.That(claimed.Id, Is.EqualTo(finished), "the older goes first");

        await Sweeper.SweepAsync(_clock.GetUtcNow(), CancellationToken.None);
        Assert.That(await StatusAsync(finished), Is.EqualTo(HttpStatusCode.OK), "it is not older than the cutoff");
        await Sweeper.SweepAsync(_clock.GetUtcNow().AddDays(1), CancellationToken.None);
        Assert.That(await StatusAsync(finished), Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(await StatusAsync(open), Is.EqualTo(HttpStatusCode.OK), "what is not finished is never forgotten");
    }

    private async Task<string> AskAsync()
    {
        _clock.Advance(TimeSpan.FromSeconds(1));
        return (await _service.PostAsync("/v1/models/playbook/activate", new { })).GetProperty("id").GetString()!;
    }

    private async Task<HttpStatusCode> StatusAsync(string jobId)
    {
        using var response = await _service.Client.GetAsync("/v1/jobs/" + jobId);
        return response.StatusCode;
    }
}
