using System.Text.Json;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Core.Webhooks;
using HealthApi.Infrastructure.Webhooks.Outbox;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace HealthApi.Api.Tests.EndToEnd.Webhooks;

/// <summary>
/// <c>enable { held: "latest" }</c> sends the latest message of each account and threshold, and every recovery of a crossing that the
/// receiver got or gets. So the receiver never has a fall whose recovery it misses.
/// </summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class EnableLatestTests(StoreKind kind) : StoreFixture(kind)
{
    private readonly ManualTimeProvider _clock = new();
    private TestService _service = null!;
    private WebhookReceiver _receiver = null!;
    private string _id = null!;

    [SetUp]
    public async Task SetUp()
    {
        _receiver = await WebhookReceiver.StartAsync();
        _service = await TestService.StartAsync(Kind, clock: _clock);
        (_id, _) = await _service.SubscribeAsync(_receiver.Url);
    }

    [TearDown]
    public async Task TearDown()
    {
        await _receiver.DisposeAsync();
        await _service.DisposeAsync();
    }

    [Test]
    public async Task The_latest_message_of_every_threshold_is_sent()
    {
        await DisableAsync();
        await QueueAsync("stable-1", "stable");
        await QueueAsync("own-1", "own");
        await QueueAsync("stable-2", "stable");
        await EnableAsync(queued: 2, skipped: 1);
        Assert.That(
            await ReceivedAsync(2), Is.EqualTo(new[] { "own-1", "stable-2" }),
            "a later crossing of another threshold does not replace this one");
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_recovery_is_sent_if_its_fall_was_sent(bool asList)
    {
        await QueueAsync("fall-1", "stable");
        await ReceivedAsync(1);
        await Eventually.GetAsync(
            () => _service.DeliveriesAsync(_id, "?status=delivered"), delivered => delivered.Count == 1,
            "the delivery of the fall is stored");
        await DisableAsync();
        await QueueAsync("rise-1", "stable", resolves: asList ? new[] { "fall-0", "fall-1" } : "fall-1");
        await QueueAsync("fall-2", "stable");
        await QueueAsync("rise-2", "stable", resolves: asList ? new[] { "fall-2" } : "fall-2");
        await QueueAsync("fall-3", "stable");
        await EnableAsync(queued: 2, skipped: 2);
        Assert.That(
            await ReceivedAsync(3), Is.EqualTo(new[] { "fall-1", "rise-1", "fall-3" }),
                "the receiver never got the second fall, so its recovery is skipped");
    }

    [Test]
    public async Task A_move_over_several_thresholds_is_skipped_only_if_each_threshold_has_a_later_crossing()
    {
        await DisableAsync();
        await QueueAsync("deep", "at_risk", passed: ["stable", "at_risk"]);
        await QueueAsync("back", "stable", resolves: new[] { "deep" });
        await QueueAsync("again", "stable");
        await QueueAsync("wide", "at_risk", "globex", passed: ["stable", "at_risk"]);
        await QueueAsync("up", "at_risk", "globex", passed: ["at_risk", "stable"], resolves: new[] { "wide" });
        await EnableAsync(queued: 4, skipped: 1);
        Assert.That(
            await ReceivedAsync(4), Is.EquivalentTo(["deep", "back", "again", "up"]),
            "the deep fall is the latest crossing of at_risk, so its recovery is sent too");
    }

    [Test]
    public async Task A_held_message_is_skipped_if_a_later_one_was_sent()
    {
        await DisableAsync();
        await QueueAsync("stable-1", "stable");
        await _service.PostAsync($"/v1/webhooks/{_id}/enable", new { held = "keep" });
        await QueueAsync("stable-2", "stable");
        await ReceivedAsync(1);
        await EnableAsync(queued: 0, skipped: 1);
        Assert.That(await ReceivedAsync(1), Is.EqualTo(new[] { "stable-2" }));
    }

    [Test]
    public async Task A_subscription_without_held_deliveries_is_only_enabled([Values] bool disabled)
    {
        if (disabled) await DisableAsync();
        await EnableAsync(queued: 0, skipped: 0);
        await QueueAsync("stable-1", "stable");
        Assert.That(await ReceivedAsync(1), Is.EqualTo(new[] { "stable-1" }));
    }

    private Task<JsonElement> DisableAsync() => _service.SendAsync(HttpMethod.Patch, $"/v1/webhooks/{_id}", new { enabled = false });

    private async Task EnableAsync(int queued, int skipped)
    {
        var enabled = await _service.PostAsync($"/v1/webhooks/{_id}/enable", new { held = "latest" });
        Assert.That((enabled.GetProperty("queued").GetInt32(), enabled.GetProperty("skipped").GetInt32()), Is.EqualTo((queued, skipped)));
    }

    private async Task<IEnumerable<string>> ReceivedAsync(int count) =>
        (await _receiver.WaitForAsync(count)).Select(received => received.Json.GetProperty("data").GetProperty("crossingId").GetString()!);

    private async Task QueueAsync(
        string crossing, string threshold, string account = "acme", string[]? passed = null, object? resolves = null)
    {
        var data = JsonSerializer.SerializeToElement(
            new { crossingId = crossing, accountId = account, threshold, passed = passed ?? [threshold], resolves });
        var message = WebhookMessage.Create(crossing, WebhookEventTypes.HealthThresholdCrossed, account, _clock.GetUtcNow(), data, null);
        var facts = WebhookFacts.OfType(WebhookEventTypes.HealthThresholdCrossed);
        var writer = _service.Services.GetRequiredService<OutboxWriter>();
        await _service.Database.WriteAsync(
            transaction => writer.AppendAsync(transaction, [(message, facts)], CancellationToken.None), CancellationToken.None);
        _service.Services.GetRequiredService<OutboxSignal>().Set();
    }
}
