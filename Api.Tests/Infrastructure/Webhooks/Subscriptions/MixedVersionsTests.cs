using System.Text.Json;
using Dapper;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Core.Primitives;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Webhooks.Subscriptions;

/// <summary>
/// During a rolling upgrade, dispatchers of the previous version run beside new ones. They write the state of a receiver to the row of the
/// subscription itself.
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
    public async Task Deliveries_queued_by_the_previous_version_are_sent_in_strict_order_too()
    {
        var (id, _) = await _service.SubscribeAsync(_receiver.Url, strictOrder: true);
        await _service.SendAsync(HttpMethod.Patch, $"/v1/webhooks/{id}", new { enabled = false });
        await _service.QueueAsync(["crs_1", "crs_2", "crs_3"], "acme");
        await PreviousVersionAsync("UPDATE webhook_deliveries SET account_id = NULL WHERE subscription_id = @Id", id, _clock.GetUtcNow());
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
    public async Task A_pause_stored_by_the_previous_version_is_respected_and_ends()
    {
        var (id, _) = await _service.SubscribeAsync(_receiver.Url);
        var until = Instant.Truncate(_clock.GetUtcNow() + TimeSpan.FromMinutes(10));
        await PreviousVersionAsync("UPDATE webhook_subscriptions SET paused_until = @At WHERE id = @Id", id, until);
        await _service.QueueAsync("crs_1");
        await _service.AtRestAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(_receiver.Received, Is.Empty, "the subscription is paused");
            Assert.That((await StatsAsync(id)).GetProperty("pausedUntil").GetDateTimeOffset(), Is.EqualTo(until));
        }

        _clock.JumpTo(until);
        await _receiver.WaitForAsync(1);
    }

    [Test]
    public async Task The_five_days_until_disabling_count_from_the_failure_stored_by_the_previous_version()
    {
        _receiver.DefaultAnswer = WebhookReceiver.Status(500);
        var (id, _) = await _service.SubscribeAsync(_receiver.Url);
        await PreviousVersionAsync(
            "UPDATE webhook_subscriptions SET failing_since = @At WHERE id = @Id", id, _clock.GetUtcNow() - TimeSpan.FromDays(6));
        await _service.QueueAsync("crs_1");
        await Eventually.GetAsync(
            () => _service.GetAsync("/v1/webhooks/" + id), found => found.GetProperty("disabledReason").ValueKind == JsonValueKind.String,
                "the subscription is disabled after six days of failures");
    }

    [Test]
    public async Task A_success_clears_the_failure_stored_by_the_previous_version()
    {
        var (id, _) = await _service.SubscribeAsync(_receiver.Url);
        await PreviousVersionAsync(
            "UPDATE webhook_subscriptions SET failing_since = @At WHERE id = @Id", id, _clock.GetUtcNow() - TimeSpan.FromDays(6));
        Assert.That((await StatsAsync(id)).GetProperty("failingSince").ValueKind, Is.EqualTo(JsonValueKind.String));
        await _service.QueueAsync("crs_1");
        await Eventually.GetAsync(
            () => StatsAsync(id), stats => stats.GetProperty("failingSince").ValueKind == JsonValueKind.Null, "the receiver answers");
    }

    private Task<JsonElement> StatsAsync(string id) => _service.GetAsync($"/v1/webhooks/{id}/stats");

    private Task<int> PreviousVersionAsync(string sql, string id, DateTimeOffset at) => _service.Database.ExecuteAsync(
        sql, new { Id = id, At = Instant.Truncate(at) });
}
