using System.Text.Json;
using Dapper;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Core.Primitives;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Webhooks.Subscriptions;

/// <summary>
/// Dispatchers of the version before, which run beside new ones while an upgrade rolls, write what they know of an endpoint to the
/// subscription's own row.
/// </summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class MixedVersionsTests(StoreKind kind) : StoreFixture(kind)
{
    private readonly ManualTimeProvider _clock = new();

    private WebhookReceiver _receiver = null!;
    private TestService _service = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _receiver = await WebhookReceiver.StartAsync();
        _service = await TestService.StartAsync(Kind, clock: _clock);
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _service.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    [Test]
    public async Task What_the_former_version_has_queued_goes_in_strict_order_all_the_same()
    {
        var (id, _) = await _service.SubscribeAsync(_receiver.Url, strictOrder: true);
        await _service.SendAsync(HttpMethod.Patch, $"/v1/webhooks/{id}", new { enabled = false });
        await _service.QueueAsync(["crs_1", "crs_2", "crs_3"], "acme");
        await FormerVersionAsync("UPDATE webhook_deliveries SET account_id = NULL WHERE subscription_id = @Id", id, _clock.GetUtcNow());
        _receiver.Then(WebhookReceiver.Status(500));
        await _service.PostAsync($"/v1/webhooks/{id}/enable", new { held = "all" });
        await _receiver.WaitForAsync(1);
        await _service.AtRestAsync();
        Assert.That(_receiver.Received, Has.Count.EqualTo(1), "the others wait for the first");

        _clock.Advance(TimeSpan.FromSeconds(6));
        var received = (await _receiver.WaitForAsync(4)).Select(webhook => webhook.MessageId);
        Assert.That(received, Is.EqualTo(new[] { "crs_1", "crs_1", "crs_2", "crs_3" }.Select(WebhookScenario.IdOf)));
    }

    [Test]
    public async Task A_pause_that_the_former_version_noted_is_kept_and_ends()
    {
        var (id, _) = await _service.SubscribeAsync(_receiver.Url);
        var until = Instant.Truncate(_clock.GetUtcNow() + TimeSpan.FromMinutes(10));
        await FormerVersionAsync("UPDATE webhook_subscriptions SET paused_until = @At WHERE id = @Id", id, until);
        await _service.QueueAsync("crs_1");
        await _service.AtRestAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(_receiver.Received, Is.Empty, "it asked to be left alone");
            Assert.That((await StatsAsync(id)).GetProperty("pausedUntil").GetDateTimeOffset(), Is.EqualTo(until));
        }

        _clock.JumpTo(until);
        await _receiver.WaitForAsync(1);
    }

    [Test]
    public async Task Five_days_count_from_the_failure_that_the_former_version_noted()
    {
        _receiver.Standing = WebhookReceiver.Status(500);
        var (id, _) = await _service.SubscribeAsync(_receiver.Url);
        await FormerVersionAsync(
            "UPDATE webhook_subscriptions SET failing_since = @At WHERE id = @Id", id, _clock.GetUtcNow() - TimeSpan.FromDays(6));
        await _service.QueueAsync("crs_1");
        await Eventually.GetAsync(
            () => _service.GetAsync("/v1/webhooks/" + id), found => found.GetProperty("disabledReason").ValueKind == JsonValueKind.String,
                "it has failed for six days");
    }

    [Test]
    public async Task A_success_ends_the_failure_that_the_former_version_noted()
    {
        var (id, _) = await _service.SubscribeAsync(_receiver.Url);
        await FormerVersionAsync(
            "UPDATE webhook_subscriptions SET failing_since = @At WHERE id = @Id", id, _clock.GetUtcNow() - TimeSpan.FromDays(6));
        Assert.That((await StatsAsync(id)).GetProperty("failingSince").ValueKind, Is.EqualTo(JsonValueKind.String));
        await _service.QueueAsync("crs_1");
        await Eventually.GetAsync(
            () => StatsAsync(id), stats => stats.GetProperty("failingSince").ValueKind == JsonValueKind.Null, "it answers");
    }

    private Task<JsonElement> StatsAsync(string id) => _service.GetAsync($"/v1/webhooks/{id}/stats");

    private Task<int> FormerVersionAsync(string sql, string id, DateTimeOffset at) => _service.Database.ExecuteAsync(
        sql, new { Id = id, At = Instant.Truncate(at) });
}
