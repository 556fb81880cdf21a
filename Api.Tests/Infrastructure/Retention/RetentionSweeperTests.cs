using System.Net;
using Dapper;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Core.History;
using HealthApi.Core.Primitives;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.History;
using HealthApi.Infrastructure.Jobs;
using HealthApi.Infrastructure.Policies;
using HealthApi.Infrastructure.Retention;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Retention;

/// <summary>Events, history and finished jobs that are older than the retention are pruned.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class RetentionSweeperTests(StoreKind kind) : StoreFixture(kind)
{
    private readonly ManualTimeProvider _clock = new();
    private TestService _service = null!;

    [TearDown]
    public ValueTask StopAsync() => _service.DisposeAsync();

    [Test]
    public async Task Old_events_are_pruned_and_younger_ones_stay()
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
        await SweepAsync(now.AddDays(-200));
        var events = (await _service.GetAsync("/v1/accounts/acme/timeline?kinds=event")).GetProperty("data").EnumerateArray().ToList();
        Assert.That(events, Has.Count.EqualTo(1));
        Assert.That(events[0].GetProperty("at").GetDateTimeOffset(), Is.EqualTo(now.AddDays(-199)));
    }

    [Test]
    public async Task Finished_jobs_are_pruned_and_open_ones_stay()
    {
        _service = await TestService.StartAsync(Kind, ["Roles=api"], _clock);
        var (finished, open) = (await RequestJobAsync(), await RequestJobAsync());
        var jobs = _service.Services.GetRequiredService<JobStore>();
        var claimed = await jobs.ClaimAsync("worker", RescoreKinds.All, CancellationToken.None);
        await jobs.FinishAsync(claimed!.Id, "worker", JobStatus.Succeeded, null, CancellationToken.None);
        Assert.That(claimed.Id, Is.EqualTo(finished), "the older job is claimed first");

        await SweepAsync(_clock.GetUtcNow());
        Assert.That(await StatusAsync(finished), Is.EqualTo(HttpStatusCode.OK), "the job is not older than the cutoff");
        await SweepAsync(_clock.GetUtcNow().AddDays(1));
        Assert.That(await StatusAsync(finished), Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(await StatusAsync(open), Is.EqualTo(HttpStatusCode.OK), "an unfinished job is never pruned");
    }

    [Test]
    public async Task A_transaction_deletes_at_most_one_chunk_and_the_sweep_ends_when_nothing_is_left()
    {
        _service = await TestService.StartAsync(Kind, clock: _clock);
        await PostAsync("acme", 300, 1500);
        await PostAsync("bold", 300, 800);
        await PostAsync("calm", 300, 3);
        foreach (var account in new[] { "acme", "bold", "calm" }) await PostAsync(account, 199, 2);
        var counted = new CountedWrites(_service.Database);
        await SweepAsync(counted, 200);
        Assert.That(counted.Rows, Is.All.LessThanOrEqualTo(AccountPruning.ChunkSize), "more row locks may become a lock of the table");
        Assert.That(counted.Rows.Sum(), Is.EqualTo(2303));
        foreach (var account in new[] { "acme", "bold", "calm" })
            Assert.That(await OccurredAsync(account), Is.All.GreaterThan(_clock.GetUtcNow().AddDays(-200)).And.Exactly(2).Items, account);
    }

    [Test]
    public async Task An_interrupted_sweep_leaves_the_youngest_events_of_an_account()
    {
        _service = await TestService.StartAsync(Kind, clock: _clock);
        await PostAsync("acme", 300, 1500);
        var all = await OccurredAsync("acme");
        Assert.That(
            () => SweepAsync(new CountedWrites(_service.Database) { Last = 1 }, 200), Throws.InstanceOf<StoreUnavailableException>());
        Assert.That(
            await OccurredAsync("acme"), Is.EqualTo(all.Skip(AccountPruning.ChunkSize)), "a log with holes would change the past");
        await SweepAsync(_service.Database, 200);
        Assert.That(await OccurredAsync("acme"), Is.Empty, "the next sweep continues");
    }

    [Test]
    public async Task History_is_pruned_in_chunks_too()
    {
        _service = await TestService.StartAsync(Kind, clock: _clock);
        await PostAsync("acme", 1, 1);
        var (now, cutoff) = (_clock.GetUtcNow(), _clock.GetUtcNow().AddDays(-200).ToDay());
        var days = Enumerable.Range(cutoff - 1200, 1203).Select(day => new DayStanding(day, now, 50, "neutral", 10, "low")).ToList();
        var span = new HistorySpan("acme", cutoff - 1200, cutoff + 3, days);
        await _service.Database.WriteAsync(
            async transaction => { await HistoryStore.ReplaceAsync(transaction, [span]); return true; }, CancellationToken.None);
        var counted = new CountedWrites(_service.Database);
        await SweepAsync(counted, 200);
        Assert.That(counted.Rows.Where(rows => rows > 0), Is.EqualTo(new[] { AccountPruning.ChunkSize, 1200 - AccountPruning.ChunkSize }));
        Assert.That(
            await ColumnAsync<long>("SELECT day FROM score_history WHERE account_id = @Id ORDER BY day", "acme"),
            Is.SupersetOf(new[] { cutoff, cutoff + 1L, cutoff + 2L })
            .And.All.GreaterThanOrEqualTo(cutoff));
    }

    /// <summary>A worker that is replaced every day would never run a sweep if the first one came only after a day.</summary>
    [Test]
    public async Task The_first_sweep_runs_minutes_after_the_start()
    {
        _service = await TestService.StartAsync(Kind, ["Retention:Events=390"], _clock);
        await PostAsync("acme", 390, 1, TimeSpan.FromMinutes(1));
        _clock.Advance(TimeSpan.FromMinutes(4));
        Assert.That(await OccurredAsync("acme"), Has.Count.EqualTo(1), "no sweep runs right after the start");
        _clock.Advance(TimeSpan.FromMinutes(6));
        await Eventually.GetAsync(() => OccurredAsync("acme"), left => left.Count == 0, "the event that has become too old is pruned");
    }

    private Task<RetentionTally> SweepAsync(IDatabase database, int days) =>
        ActivatorUtilities.CreateInstance<RetentionSweep>(_service.Services, database)
            .RunAsync(_clock.GetUtcNow().AddDays(-days), _clock.GetUtcNow(), CancellationToken.None);

    private Task<RetentionTally> SweepAsync(DateTimeOffset cutoff) =>
        _service.Services.GetRequiredService<RetentionSweep>().RunAsync(cutoff, _clock.GetUtcNow(), CancellationToken.None);

    /// <summary>Posts the given number of events, one second apart from the given day on, the newest first.</summary>
    private async Task PostAsync(string account, int daysAgo, int count, TimeSpan later = default)
    {
        var from = _clock.GetUtcNow().AddDays(-daysAgo) + later;
        await _service.PostAsync("/v1/events", Enumerable.Range(0, count).Reverse().Select(second => new
        {
            id = $"{account}-{daysAgo}-{second}",
            type = "usage.login",
            accountId = account,
            occurredAt = from.AddSeconds(second),
            data = new { userId = "u" },
        }));
        await _service.SettledAsync();
    }

    private Task<List<DateTimeOffset>> OccurredAsync(string account) =>
        ColumnAsync<DateTimeOffset>("SELECT occurred_at FROM events WHERE account_id = @Id ORDER BY occurred_at", account);

    private async Task<List<T>> ColumnAsync<T>(string sql, string account) =>
        [.. await _service.Database.ReadAsync(connection => connection.QueryAsync<T>(sql, new { Id = account }), CancellationToken.None)];

    private async Task<string> RequestJobAsync()
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
