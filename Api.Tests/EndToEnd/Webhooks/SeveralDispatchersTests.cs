using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Infrastructure.Webhooks.Dispatch;
using HealthApi.Infrastructure.Webhooks.Outbox;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NUnit.Framework;

namespace HealthApi.Api.Tests.EndToEnd.Webhooks;

/// <summary>Leases: every delivery is sent by one process at a time, and no delivery is lost when a process dies.</summary>
internal sealed class SeveralDispatchersTests(StoreKind kind) : StoreFixture(kind)
{
    private static readonly string[] Keys = [.. Enumerable.Range(0, 300).Select(number => $"crs_{number}")];

    [Test]
    public async Task Two_processes_share_the_deliveries_and_send_each_once()
    {
        using var store = NewStore();
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var first = await TestService.StartAsync(Kind, store: store);
        await using var second = await TestService.StartAsync(Kind, store: store);
        var (id, _) = await first.SubscribeAsync(receiver.Url);
        foreach (var keys in Keys.Chunk(20))
        {
            await first.QueueAsync(keys);
            await second.QueueAsync([]);
        }

        await Eventually.GetAsync(
            async () => (await first.DeliveriesAsync(id, "?status=pending&limit=1")).Count, pending => pending == 0,
                "no delivery is pending");
        Assert.That(
            receiver.Received.Select(webhook => webhook.MessageId), Is.EquivalentTo(Keys.Select(WebhookScenario.IdOf)),
            "each message is sent exactly once");
    }

    [Test]
    public async Task A_delivery_claimed_by_a_process_that_died_is_sent_when_its_lease_ends()
    {
        var clock = new ManualTimeProvider();
        using var store = NewStore();
        await using var receiver = await WebhookReceiver.StartAsync();
        string id;
        await using (var api = await TestService.StartAsync(Kind, ["Roles=api"], clock, store: store))
        {
            (id, _) = await api.SubscribeAsync(receiver.Url);
            await api.QueueAsync("crs_1");
            Assert.That(await ClaimAsync(api, id, clock.GetUtcNow()), Has.Count.EqualTo(1));
            Assert.That(await ClaimAsync(api, id, clock.GetUtcNow().AddSeconds(29)), Is.Empty, "the lease holds");
        }

        await using var service = await TestService.StartAsync(Kind, clock: clock, store: store);
        var leasedUntil = clock.GetUtcNow().AddSeconds(30);
        clock.Advance(TimeSpan.FromSeconds(29));
        await Eventually.TrueAsync(() => clock.ActiveTimers > 0, "the dispatcher sleeps");
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.That((await receiver.WaitForAsync(1))[0].SentAt, Is.GreaterThanOrEqualTo(leasedUntil));
        Assert.That((await service.WaitForAttemptsAsync(id, 1)).GetProperty("status").GetString(), Is.EqualTo("delivered"));
    }

    [Test]
    public async Task Concurrent_claims_never_claim_the_same_delivery()
    {
        using var store = NewStore();
        await using var api = await TestService.StartAsync(Kind, ["Roles=api"], store: store);
        await using var other = await TestService.StartAsync(Kind, ["Roles=api"], store: store);
        var (id, _) = await api.SubscribeAsync(new Uri("http://127.0.0.1:9999/"));
        await api.QueueAsync(Keys);
        var now = DateTimeOffset.UtcNow.AddMinutes(1);

        var claims =
            await Task.WhenAll(Enumerable.Range(0, 8).Select(number => Task.Run(() => ClaimAsync(number % 2 == 0 ? api : other, id, now))));
        var rows = claims.SelectMany(claim => claim).ToList();
        Assert.That(rows, Is.Unique.And.Count.EqualTo(Keys.Length), "every delivery is claimed exactly once");
    }

    [Test]
    public async Task A_stopping_service_finishes_running_attempts_and_releases_the_other_claims()
    {
        var gate = new TaskCompletionSource();
        using var store = NewStore();
        await using var receiver = await WebhookReceiver.StartAsync(WebhookReceiver.After(gate.Task, WebhookReceiver.Status(200)));
        string id;
        await using (var service = await TestService.StartAsync(Kind, store: store))
        {
            (id, _) = await service.SubscribeAsync(receiver.Url);
            await service.QueueAsync(["crs_1", "crs_2", "crs_3"], "acme");
            await receiver.WaitForAsync(1);
            var stopping = service.Services.GetServices<IHostedService>().OfType<OutboxDispatcher>().Single()
                .StopAsync(CancellationToken.None);
            await Eventually.GetAsync(() => DueAsync(service), due => due == 2, "the claims of queued deliveries are released");
            gate.SetResult();
            await stopping;
        }

        Assert.That(receiver.Received, Has.Count.EqualTo(1));
        await using var next = await TestService.StartAsync(Kind, store: store);
        await Eventually.GetAsync(
            () => next.DeliveriesAsync(id, "?status=delivered"), found => found.Count == 3, "the next process sends the rest at once");
        Assert.That(receiver.Received, Has.Count.EqualTo(3), "the delivered message is not sent again");
    }

    [Test]
    public async Task An_attempt_that_runs_while_its_subscription_is_disabled_and_enabled_is_not_repeated()
    {
        var gate = new TaskCompletionSource();
        using var store = NewStore();
        var clock = new ManualTimeProvider();
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Then(WebhookReceiver.After(gate.Task, WebhookReceiver.Status(200)));
        await using var first = await TestService.StartAsync(Kind, clock: clock, store: store);
        var (id, _) = await first.SubscribeAsync(receiver.Url);
        await first.QueueAsync("crs_1");
        await receiver.WaitForAsync(1);
        await using var second = await TestService.StartAsync(Kind, clock: clock, store: store);

        await first.SendAsync(HttpMethod.Patch, $"/v1/webhooks/{id}", new { enabled = false });
        await first.PostAsync($"/v1/webhooks/{id}/enable", new { held = "all" });
        await second.QueueAsync("crs_2");
        await receiver.WaitForAsync(2);
        gate.SetResult();
        var delivered = await Eventually.GetAsync(
            () => first.DeliveriesAsync(id, "?status=delivered"), found => found.Count == 2, "both are delivered");
        var logs =
            await Task.WhenAll(delivered.Select(delivery => first.GetAsync("/v1/deliveries/" + delivery.GetProperty("id").GetString())));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                receiver.Received.Select(webhook => webhook.MessageId), Is.EqualTo(new[] { "crs_1", "crs_2" }.Select(WebhookScenario.IdOf)),
                "each message is sent once");
            Assert.That(
                logs.SelectMany(log => log.GetProperty("attempts").EnumerateArray())
                .Select(attempt => attempt.GetProperty("number").GetInt32()), Is.EqualTo(new[] { 1, 1 }));
        }
    }

    private static Task<long> DueAsync(TestService service) => service.Database.ScalarAsync<long>(
        "SELECT COUNT(*) FROM webhook_deliveries WHERE status = 'pending' AND lease_owner IS NULL");

    private static Task<IReadOnlySet<long>> ClaimAsync(TestService service, string subscriptionId, DateTimeOffset now)
    {
        var queue = new OutboxQueue(service.Database, service.Services.GetRequiredService<IOutboxSql>());
        return service.Database.WriteAsync(
            async transaction =>
            {
                var candidates = await queue.CandidatesAsync(transaction, subscriptionId, now, 1000);
                return await queue.ClaimAsync(transaction, [.. candidates.Select(delivery => delivery.Seq)], now, now.AddSeconds(30));
            },
            CancellationToken.None);
    }
}
