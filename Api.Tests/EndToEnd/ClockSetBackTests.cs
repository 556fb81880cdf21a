using Dapper;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Core.Primitives;
using HealthApi.Infrastructure.Clocks;
using HealthApi.Infrastructure.History;
using HealthApi.Infrastructure.Jobs;
using HealthApi.Infrastructure.Policies;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace HealthApi.Api.Tests.EndToEnd;

/// <summary>
/// The clock is set back by a day. No work waits until the clock reaches the old time again, no message is sent twice, and no retry is
/// skipped.
/// </summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class ClockSetBackTests(StoreKind kind) : StoreFixture(kind)
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1), Soon = TimeSpan.FromHours(2), Lease = TimeSpan.FromSeconds(30);

    private readonly ManualTimeProvider _clock = new();

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_retry_is_sent_soon_and_once(bool restarted)
    {
        using var store = NewStore();
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Then(WebhookReceiver.Status(500));
        var service = await TestService.StartAsync(Kind, clock: _clock, store: store);
        try
        {
            var (id, _) = await service.SubscribeAsync(receiver.Url);
            await service.QueueAsync("crs_1");
            await service.WaitForAttemptsAsync(id, 1);
            await service.AtRestAsync();
            if (restarted) await service.DisposeAsync();
            _clock.SetBack(Day);
            if (restarted) service = await TestService.StartAsync(Kind, clock: _clock, store: store);

            await ForwardUntilAsync(async () => (await service.DeliveriesAsync(id, "?status=delivered")).Count == 1, service);
            await service.AtRestAsync();
            _clock.Advance(TimeSpan.FromHours(1));
            Assert.That(receiver.Received, Has.Count.EqualTo(2));
        }
        finally
        {
            await service.DisposeAsync();
        }
    }

    [Test]
    public async Task A_planned_retry_keeps_its_time_distance()
    {
        await using var service = await TestService.StartAsync(Kind, ["Roles=api"], _clock);
        var (id, _) = await service.SubscribeAsync(new Uri("http://127.0.0.1:59999/"));
        await service.QueueAsync(["near", "far"]);
        await DueAsync(service, "near", _clock.GetUtcNow() + TimeSpan.FromMinutes(-3));
        await DueAsync(service, "far", _clock.GetUtcNow() + TimeSpan.FromHours(5));
        var (first, second) = (Watch(service), Watch(service));
        await LookAsync(first, second);
        _clock.SetBack(Day);
        for (var look = 0; look < 2 * ClockWatch.Looks; look++) await LookAsync(first, second);

        var now = _clock.GetUtcNow();
        var due = (await service.DeliveriesAsync(id)).Select(delivery => delivery.GetProperty("nextAttemptAt").GetDateTimeOffset() - now)
            .Order().ToList();
        Assert.That(
            due, Is.EqualTo(new[] { TimeSpan.Zero, TimeSpan.FromHours(5) }),
            "the due one is due and the other as far away as before, even though two workers moved the times");
    }

    [TestCase("UPDATE webhook_subscriptions SET paused_until = @At WHERE id = @Id")]
    [TestCase("INSERT INTO webhook_subscription_states (subscription_id, paused_until) VALUES (@Id, @At)")]
    public async Task A_pause_that_a_receiver_asked_for_keeps_its_time_distance(string pause)
    {
        await using var service = await TestService.StartAsync(Kind, ["Roles=api"], _clock);
        var (id, _) = await service.SubscribeAsync(new Uri("http://127.0.0.1:59999/"));
        var parameters = new { Id = id, At = Instant.Truncate(_clock.GetUtcNow() + TimeSpan.FromHours(1)) };
        await service.Database.ExecuteAsync(pause, parameters);
        var watch = Watch(service);
        await LookAsync(watch);
        _clock.SetBack(Day);
        for (var look = 0; look < 2 * ClockWatch.Looks; look++) await LookAsync(watch);

        var stats = await service.GetAsync($"/v1/webhooks/{id}/stats");
        Assert.That(
            stats.GetProperty("pausedUntil").GetDateTimeOffset(), Is.EqualTo(Instant.Truncate(_clock.GetUtcNow()) + TimeSpan.FromHours(1)));
    }

    [Test]
    public async Task Leases_from_before_the_step_end_soon_and_current_leases_are_kept()
    {
        await using var service = await TestService.StartAsync(Kind, ["Roles=api"], _clock);
        await service.SubscribeAsync(new Uri("http://127.0.0.1:59999/"));
        await service.QueueAsync(["dead", "sending"]);
        foreach (var account in (string[])["dead", "live"])
            await service.SendAsync(HttpMethod.Put, "/v1/accounts/" + account, new { name = account });
        await DueAsync(service, "dead", _clock.GetUtcNow() + Lease);
        await RestatedAsync(service, "dead", _clock.GetUtcNow() + Restatements.Lease);
        var watch = Watch(service);
        await LookAsync(watch);
        _clock.SetBack(Day);
        await DueAsync(service, "sending", _clock.GetUtcNow() + Lease);
        await RestatedAsync(service, "live", _clock.GetUtcNow() + Restatements.Lease);
        await service.Database.ExecuteAsync("UPDATE webhook_deliveries SET lease_owner = 'somebody'");
        for (var look = 0; look < ClockWatch.Looks; look++) await LookAsync(watch);

        var now = Instant.Truncate(_clock.GetUtcNow());
        var deliveries = await EndsAsync(service, "SELECT next_attempt_at FROM webhook_deliveries ORDER BY seq");
        var restatements = await EndsAsync(service, "SELECT leased_until FROM account_restatements ORDER BY account_id");
        Assert.That(deliveries.Select(end => end - now), Is.EqualTo(new[] { Lease, Lease }),
            "the lease of the dead process ends after its usual length");
        Assert.That(restatements.Select(end => end - now), Is.EqualTo(new[] { TimeSpan.Zero, Restatements.Lease }));
    }

    [Test]
    public async Task A_clock_that_is_behind_that_of_another_worker_changes_no_times()
    {
        await using var service = await TestService.StartAsync(Kind, ["Roles=api"], _clock);
        var (id, _) = await service.SubscribeAsync(new Uri("http://127.0.0.1:59999/"));
        await service.QueueAsync("far");
        var due = Instant.Truncate(_clock.GetUtcNow() + TimeSpan.FromHours(5));
        await DueAsync(service, "far", due);
        var ahead = new ManualTimeProvider(_clock.GetUtcNow() + TimeSpan.FromHours(1));
        var (behind, other) = (Watch(service), Watch(service, ahead));
        for (var look = 0; look < 3 * ClockWatch.Looks; look++)
        {
            await LookAsync(other, behind);
            ahead.Advance(ClockWatch.LookEvery);
            _clock.Advance(ClockWatch.LookEvery);
        }

        Assert.That((await service.DeliveriesAsync(id)).Single().GetProperty("nextAttemptAt").GetDateTimeOffset(), Is.EqualTo(due));
    }

    [Test]
    public async Task After_a_worker_with_a_fast_clock_stops_only_the_times_that_it_wrote_are_moved()
    {
        await using var service = await TestService.StartAsync(Kind, ["Roles=api"], _clock);
        var (id, _) = await service.SubscribeAsync(new Uri("http://127.0.0.1:59999/"));
        await service.QueueAsync(["near", "far", "theirs"]);
        var (now, ahead) = (Instant.Truncate(_clock.GetUtcNow()), new ManualTimeProvider(_clock.GetUtcNow() + TimeSpan.FromHours(6)));
        await DueAsync(service, "near", now + TimeSpan.FromHours(5));
        await DueAsync(service, "far", now + TimeSpan.FromHours(10));
        await DueAsync(service, "theirs", ahead.GetUtcNow() + TimeSpan.FromHours(2));
        await service.Database.ExecuteAsync(
            "UPDATE webhook_deliveries SET created_at = @At WHERE message_id = @Id",
            new { At = Instant.Truncate(ahead.GetUtcNow()), Id = WebhookScenario.IdOf("theirs") });
        var (right, other) = (Watch(service), Watch(service, ahead));
        await LookAsync(right, other);
        for (var look = 0; look < 3 * ClockWatch.Looks; look++) await LookAsync(right);

        var deliveries = await service.DeliveriesAsync(id);
        var due = deliveries.Select(delivery => delivery.GetProperty("nextAttemptAt").GetDateTimeOffset() - now).Order();
        Assert.That(due, Is.EqualTo(new[] { TimeSpan.FromHours(2), TimeSpan.FromHours(5), TimeSpan.FromHours(10) }));
        Assert.That(await EndsAsync(service, "SELECT at FROM clock_mark"), Is.EqualTo(new[] { now }), "the stored clock mark is corrected");
    }

    [Test]
    public async Task A_job_of_a_dead_worker_is_resumed_after_the_clock_is_set_back()
    {
        using var store = NewStore();
        string job;
        await using (var before = await TestService.StartAsync(Kind, ["Roles=api"], _clock, store: store))
        {
            await before.PutDocumentAsync("/v1/models/strict", PolicyRequests.Strict);
            job = (await before.PostAsync("/v1/models/strict/activate", new { })).GetProperty("id").GetString()!;
            Assert.That(
                await before.Services.GetRequiredService<JobStore>().ClaimAsync("dead", RescoreKinds.All, CancellationToken.None),
                Is.Not.Null);
            await LookAsync(Watch(before));
        }

        _clock.SetBack(Day);
        await using var service = await TestService.StartAsync(Kind, clock: _clock, store: store);
        await ForwardUntilAsync(
            async () => (await service.GetAsync("/v1/jobs/" + job)).GetProperty("status").GetString() == "succeeded", service);
    }

    [Test]
    public async Task An_idempotency_key_of_a_dead_process_is_released_after_the_clock_is_set_back()
    {
        await using var service = await TestService.StartAsync(Kind, clock: _clock);
        await service.Database.ExecuteAsync(
            "INSERT INTO idempotency_keys (key_id, idempotency_key, request_hash, created_at) VALUES ('key_config', 'abc', @Hash, @At)",
            new { Hash = new byte[32], At = Instant.Truncate(_clock.GetUtcNow()) });
        await LookAsync(Watch(service));
        _clock.SetBack(Day);
        await ForwardUntilAsync(async () => await KeyStatusAsync(service) == 201, service);
    }

    [Test]
    public async Task A_clock_set_forward_a_day_and_back_sends_every_attempt_once()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Then(WebhookReceiver.Status(500), WebhookReceiver.Status(500));
        await using var service = await TestService.StartAsync(Kind, clock: _clock);
        var (id, _) = await service.SubscribeAsync(receiver.Url);
        await service.QueueAsync("crs_1");
        await service.WaitForAttemptsAsync(id, 1);
        await service.AtRestAsync();
        _clock.JumpTo(_clock.GetUtcNow() + Day);
        await service.WaitForAttemptsAsync(id, 2);
        await service.AtRestAsync();
        Assert.That(receiver.Received, Has.Count.EqualTo(2), "one retry is sent, although several would be due within a day");
        await LookAsync(Watch(service));
        _clock.SetBack(Day);
        await ForwardUntilAsync(async () => (await service.DeliveriesAsync(id, "?status=delivered")).Count == 1, service);
        await service.AtRestAsync();
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.That(receiver.Received, Has.Count.EqualTo(3));
    }

    private static async Task<int> KeyStatusAsync(TestService service)
    {
        using var request =
            new HttpRequestMessage(HttpMethod.Post, "/v1/keys") { Content = TestRequests.Text("""{"name":"one","scopes":["read"]}""") };
        request.Headers.TryAddWithoutValidation("Idempotency-Key", "abc");
        using var response = await service.Client.SendAsync(request);
        return (int)response.StatusCode;
    }

    private static async Task LookAsync(params ClockWatch[] watches)
    {
        foreach (var watch in watches) await watch.LookAsync(CancellationToken.None);
    }

    private static Task<int> DueAsync(TestService service, string key, DateTimeOffset at) => service.Database.ExecuteAsync(
        "UPDATE webhook_deliveries SET next_attempt_at = @At WHERE message_id = @Id",
        new { At = Instant.Truncate(at), Id = WebhookScenario.IdOf(key) });

    private static Task<int> RestatedAsync(TestService service, string accountId, DateTimeOffset until) => service.Database.ExecuteAsync(
        "INSERT INTO account_restatements (account_id, from_day, claim, leased_until) VALUES (@Id, 1, 'claim', @Until)",
        new { Id = accountId, Until = Instant.Truncate(until) });

    private static Task<IEnumerable<DateTimeOffset>> EndsAsync(TestService service, string sql) =>
        service.Database.ReadAsync(connection => connection.QueryAsync<DateTimeOffset>(sql), CancellationToken.None);

    private static ClockWatch Watch(TestService service, TimeProvider? clock = null) => ActivatorUtilities.CreateInstance<ClockWatch>(
        service.Services, new ClockMark(service.Database), ActivatorUtilities.CreateInstance<DueTimes>(service.Services), clock
        ?? service.Services.GetRequiredService<TimeProvider>());

    /// <summary>
    /// Advances the clock by seconds, only while no delivery is claimed, until the condition holds. It fails after two hours, which is much
    /// less than a day.
    /// </summary>
    private async Task ForwardUntilAsync(Func<Task<bool>> condition, TestService service)
    {
        var deadline = _clock.GetUtcNow() + Soon;
        while (!await condition())
        {
            await service.AtRestAsync();
            Assert.That(_clock.GetUtcNow(), Is.LessThan(deadline), "the work waits for the old time");
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
    }
}
