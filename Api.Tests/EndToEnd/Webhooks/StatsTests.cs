using System.Net;
using System.Text.Json;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using NUnit.Framework;

namespace HealthApi.Api.Tests.EndToEnd.Webhooks;

/// <summary>The statistics of a subscription, with numbers small enough to count by hand.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class StatsTests(StoreKind kind) : StoreFixture(kind)
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
    public async Task A_new_subscription_has_empty_statistics()
    {
        var (id, _) = await _service.SubscribeAsync(_receiver.Url);
        var stats = await StatsAsync(id);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(stats.GetProperty("attempts").GetInt32(), Is.Zero);
            Assert.That(stats.GetProperty("successRate").ValueKind, Is.EqualTo(JsonValueKind.Null));
            Assert.That(stats.GetProperty("durationMs").GetProperty("p95").ValueKind, Is.EqualTo(JsonValueKind.Null));
            Assert.That(stats.GetProperty("backlog").GetProperty("oldestPendingAt").ValueKind, Is.EqualTo(JsonValueKind.Null));
            Assert.That(
                stats.GetProperty("until").GetDateTimeOffset() - stats.GetProperty("since").GetDateTimeOffset(),
                Is.EqualTo(TimeSpan.FromDays(1)));
        }
    }

    [Test]
    public async Task Statistics_count_failures_successes_durations_and_the_backlog()
    {
        var (began, gate) = (_clock.GetUtcNow(), new TaskCompletionSource());
        var (id, _) = await _service.SubscribeAsync(_receiver.Url);
        _receiver.Then(WebhookReceiver.Status(500), WebhookReceiver.After(gate.Task, WebhookReceiver.Status(200)));
        await _service.QueueAsync("crs_1");
        await _service.WaitForAttemptsAsync(id, 1);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await _service.QueueAsync("crs_2");
        await _receiver.WaitForAsync(2);
        _clock.Advance(TimeSpan.FromMilliseconds(200));
        gate.SetResult();
        await Eventually.GetAsync(
            () => _service.DeliveriesAsync(id, "?status=delivered"), delivered => delivered.Count == 1, "the second message is delivered");

        var stats = await StatsAsync(id);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((stats.GetProperty("attempts").GetInt32(), stats.GetProperty("succeeded").GetInt32()), Is.EqualTo((2, 1)));
            Assert.That(stats.GetProperty("successRate").GetDouble(), Is.EqualTo(0.5));
            Assert.That(stats.GetProperty("durationMs").GetProperty("p50").GetDouble(), Is.Zero);
            Assert.That(stats.GetProperty("durationMs").GetProperty("p95").GetDouble(), Is.EqualTo(200));
            Assert.That(stats.GetProperty("deliveries").GetProperty("pending").GetInt32(), Is.EqualTo(1));
            Assert.That(stats.GetProperty("deliveries").GetProperty("delivered").GetInt32(), Is.EqualTo(1));
            Assert.That(stats.GetProperty("backlog").GetProperty("pending").GetInt32(), Is.EqualTo(1));
            Assert.That(stats.GetProperty("backlog").GetProperty("oldestPendingAt").GetDateTimeOffset(), Is.EqualTo(began));
        }
    }

    [Test]
    public async Task Since_excludes_earlier_deliveries_but_not_the_backlog()
    {
        _receiver.DefaultAnswer = WebhookReceiver.RetryAfter(503, "600");
        var (id, _) = await _service.SubscribeAsync(_receiver.Url);
        await _service.QueueAsync("crs_1");
        await _service.WaitForAttemptsAsync(id, 1);
        var failed = _clock.GetUtcNow();
        _clock.Advance(TimeSpan.FromMinutes(1));

        var stats = await StatsAsync(id, "?since=" + Uri.EscapeDataString(_clock.GetUtcNow().ToString("O")));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(stats.GetProperty("attempts").GetInt32(), Is.Zero);
            Assert.That(stats.GetProperty("deliveries").GetProperty("pending").GetInt32(), Is.Zero);
            Assert.That(stats.GetProperty("backlog").GetProperty("pending").GetInt32(), Is.EqualTo(1));
            Assert.That(stats.GetProperty("failingSince").GetDateTimeOffset(), Is.EqualTo(failed));
            Assert.That(stats.GetProperty("pausedUntil").GetDateTimeOffset(), Is.InRange(failed.AddMinutes(10), failed.AddMinutes(12)));
        }
    }

    [Test]
    public async Task Held_deliveries_are_counted()
    {
        var (id, _) = await _service.SubscribeAsync(_receiver.Url);
        await _service.SendAsync(HttpMethod.Patch, $"/v1/webhooks/{id}", new { enabled = false });
        await _service.QueueAsync(["crs_1", "crs_2"]);
        Assert.That((await StatsAsync(id)).GetProperty("backlog").GetProperty("held").GetInt32(), Is.EqualTo(2));
    }

    [TestCase("/v1/webhooks/wh_none/stats", HttpStatusCode.NotFound)]
    [TestCase("/v1/webhooks/wh_none/stats?since=2027-01-01", HttpStatusCode.UnprocessableEntity)]
    [TestCase("/v1/webhooks/wh_none/stats?since=yesterday", HttpStatusCode.UnprocessableEntity)]
    [TestCase("/v1/webhooks/wh_none/stats?window=7", HttpStatusCode.UnprocessableEntity)]
    public async Task An_unknown_subscription_or_invalid_parameter_is_refused(string path, HttpStatusCode expected)
    {
        using var response = await _service.Client.GetAsync(path);
        Assert.That(response.StatusCode, Is.EqualTo(expected));
    }

    private Task<JsonElement> StatsAsync(string id, string query = "") => _service.GetAsync($"/v1/webhooks/{id}/stats{query}");
}
