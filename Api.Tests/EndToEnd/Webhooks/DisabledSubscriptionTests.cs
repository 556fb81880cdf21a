using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using NUnit.Framework;

namespace HealthApi.Api.Tests.EndToEnd.Webhooks;

/// <summary>Deliveries of a disabled subscription are held, whether an operator or the service disabled it.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class DisabledSubscriptionTests(StoreKind kind) : StoreFixture(kind)
{
    private readonly ManualTimeProvider _clock = new();
    private TestService _service = null!;
    private WebhookReceiver _receiver = null!;

    [SetUp]
    public async Task SetUp()
    {
        _receiver = await WebhookReceiver.StartAsync();
        _service = await TestService.StartAsync(Kind, clock: _clock);
    }

    [TearDown]
    public async Task TearDown()
    {
        await _receiver.DisposeAsync();
        await _service.DisposeAsync();
    }

    [Test]
    public async Task Deliveries_are_held_while_the_subscription_is_disabled_and_a_replay_sends_them()
    {
        var (id, _) = await _service.SubscribeAsync(_receiver.Url);
        await _service.SendAsync(HttpMethod.Patch, $"/v1/webhooks/{id}", new { enabled = false });
        await _service.QueueAsync(["crs_1", "crs_2"]);
        _clock.Advance(TimeSpan.FromMinutes(10));
        Assert.That((await _service.DeliveriesAsync(id)).Select(Status), Is.EqualTo(new[] { "held", "held" }));

        await _service.PostAsync($"/v1/webhooks/{id}/enable");
        await _service.QueueAsync("crs_3");
        await _receiver.WaitForAsync(1);
        var replayed = await _service.PostAsync(
            $"/v1/webhooks/{id}/replay", new { since = _clock.GetUtcNow().AddHours(-1), until = _clock.GetUtcNow().AddMinutes(-1) });

        Assert.That(replayed.GetProperty("queued").GetInt32(), Is.EqualTo(2));
        var received = await _receiver.WaitForAsync(3);
        Assert.That(
            received.Select(webhook => webhook.MessageId),
            Is.EquivalentTo(new[] { "crs_1", "crs_2", "crs_3" }.Select(WebhookScenario.IdOf)));
    }

    [Test]
    public async Task A_410_disables_the_subscription_at_once_and_notifies_the_others()
    {
        await using var other = await WebhookReceiver.StartAsync();
        _receiver.Then(WebhookReceiver.Status(410));
        var (id, _) = await _service.SubscribeAsync(_receiver.Url);
        var others = await _service.PostAsync("/v1/webhooks", new { url = other.Url.ToString(), eventTypes = new[] { "account.churned" } });
        var otherSecret = others.GetProperty("secret").GetString()!;
        await _service.QueueAsync("crs_1");

        var notice = (await other.WaitForAsync(1))[0];
        var subscription = await _service.GetAsync($"/v1/webhooks/{id}");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(subscription.GetProperty("enabled").GetBoolean(), Is.False);
            Assert.That(subscription.GetProperty("disabledReason").GetString(), Is.EqualTo("gone"));
            Assert.That((await _service.DeliveriesAsync(id)).Select(Status), Is.EqualTo(new[] { "held" }));
            Assert.That(notice.Json.GetProperty("type").GetString(), Is.EqualTo("endpoint.disabled"));
            Assert.That(notice.Json.GetProperty("data").GetProperty("subscriptionId").GetString(), Is.EqualTo(id));
            Assert.That(notice.IsSignedBy(otherSecret, _clock.GetUtcNow()), Is.True);
        }
    }

    [Test]
    public async Task Five_days_of_failures_disable_the_subscription_and_hold_its_deliveries()
    {
        _receiver.DefaultAnswer = WebhookReceiver.Status(500);
        var (id, _) = await _service.SubscribeAsync(_receiver.Url);
        await FailOnceAsync(id, "crs_1");
        _clock.Advance(TimeSpan.FromDays(5) - TimeSpan.FromMinutes(1));
        await FailOnceAsync(id, "crs_2");
        Assert.That(
            (await _service.GetAsync($"/v1/webhooks/{id}")).GetProperty("enabled").GetBoolean(), Is.True, "five days have not passed yet");

        _clock.Advance(TimeSpan.FromMinutes(2));
        var subscription = await Eventually.GetAsync(
            () => _service.GetAsync($"/v1/webhooks/{id}"), found => !found.GetProperty("enabled").GetBoolean(),
                "the next failure disables it");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(subscription.GetProperty("disabledReason").GetString(), Is.EqualTo("failing"));
            await Eventually.GetAsync(
                () => _service.DeliveriesAsync(id), found => found.All(delivery => Status(delivery) == "held"),
                "all deliveries are held, in several transactions");
        }
    }

    [Test]
    public async Task Ping_redeliver_and_replay_are_refused_for_a_disabled_subscription()
    {
        var (id, _) = await _service.SubscribeAsync(_receiver.Url);
        await _service.QueueAsync("crs_1");
        var delivery = (await _service.WaitForAttemptsAsync(id, 1)).GetProperty("id").GetString();
        await _service.SendAsync(HttpMethod.Patch, $"/v1/webhooks/{id}", new { enabled = false });

        using (Assert.EnterMultipleScope())
        {
            Assert.That((await _service.Client.PostAsync($"/v1/webhooks/{id}/ping", null)).StatusCode, Is.EqualTo(HttpStatusCode.Conflict));
            Assert.That(
                (await _service.Client.PostAsync($"/v1/deliveries/{delivery}/redeliver", null)).StatusCode,
                Is.EqualTo(HttpStatusCode.Conflict));
            Assert.That(
                (await _service.Client.PostAsJsonAsync($"/v1/webhooks/{id}/replay", new { since = "2026-01-01" })).StatusCode,
                    Is.EqualTo(HttpStatusCode.Conflict));
        }
    }

    private static string? Status(JsonElement delivery) => delivery.GetProperty("status").GetString();

    /// <summary>Queues a message and waits until its first attempt is stored.</summary>
    private async Task FailOnceAsync(string id, string key)
    {
        await _service.QueueAsync(key);
        await Eventually.GetAsync(
            () => _service.DeliveriesAsync(id),
            found => found.Any(
                delivery => delivery.GetProperty("messageId").GetString() == WebhookScenario.IdOf(key)
                && delivery.GetProperty("attemptCount").GetInt32() > 0),
            $"an attempt for {key}");
    }
}
