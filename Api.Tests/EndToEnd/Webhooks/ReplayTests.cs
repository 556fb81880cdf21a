using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using NUnit.Framework;

namespace HealthApi.Api.Tests.EndToEnd.Webhooks;

/// <summary>A replay without a status sends every undelivered message once.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class ReplayTests(StoreKind kind) : StoreFixture(kind)
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
    public async Task A_delivery_that_waits_for_a_retry_is_sent_at_once_and_its_schedule_begins_again()
    {
        _receiver.DefaultAnswer = WebhookReceiver.Status(500);
        await _service.QueueAsync("crs_1");
        _clock.MoveToNextAttempt(await _service.WaitForAttemptsAsync(_id, 1));
        var waiting = await _service.WaitForAttemptsAsync(_id, 2);
        Assert.That(
            waiting.GetProperty("nextAttemptAt").GetDateTimeOffset() - _clock.GetUtcNow(), Is.GreaterThan(TimeSpan.FromMinutes(3)),
            "the second wait takes minutes");

        Assert.That(await ReplayAsync(), Is.EqualTo(1));
        var again = await _service.WaitForAttemptsAsync(_id, 3);
        Assert.That(
            again.GetProperty("nextAttemptAt").GetDateTimeOffset() - _clock.GetUtcNow(),
            Is.InRange(TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(6)), "the first wait of the schedule");

        _receiver.DefaultAnswer = WebhookReceiver.Status(200);
        Assert.That(await ReplayAsync(), Is.EqualTo(1));
        await Eventually.GetAsync(
            () => _service.DeliveriesAsync(_id, "?status=delivered"), found => found.Count == 1,
            "the message is delivered although the clock does not move");
        Assert.That(await ReplayAsync(), Is.Zero, "no undelivered message is left");
        Assert.That(_receiver.Received, Has.Count.EqualTo(4));
    }

    [Test]
    public async Task A_delivery_in_progress_or_due_is_not_sent_twice()
    {
        var gate = new TaskCompletionSource();
        _receiver.DefaultAnswer = WebhookReceiver.After(gate.Task, WebhookReceiver.Status(200));
        await _service.QueueAsync(["crs_1", "crs_2", "crs_3"], "acme");
        await _receiver.WaitForAsync(1);
        Assert.That(await ReplayAsync(), Is.Zero, "one is in progress, and the others wait for it");
        gate.SetResult();
        await Eventually.GetAsync(() => _service.DeliveriesAsync(_id, "?status=delivered"), found => found.Count == 3,
            "all messages are delivered");
        await _service.AtRestAsync();
        Assert.That(
            _receiver.Received.Select(received => received.MessageId),
            Is.EqualTo(new[] { "crs_1", "crs_2", "crs_3" }.Select(WebhookScenario.IdOf)), "each message is sent once");
    }

    [Test]
    public async Task Deliveries_from_before_since_are_not_replayed()
    {
        _receiver.DefaultAnswer = WebhookReceiver.Status(500);
        await _service.QueueAsync("crs_1");
        await _service.WaitForAttemptsAsync(_id, 1);
        var later = _clock.GetUtcNow().AddSeconds(1);
        var replayed = await _service.PostAsync($"/v1/webhooks/{_id}/replay", new { since = later });
        Assert.That(replayed.GetProperty("queued").GetInt32(), Is.Zero);
    }

    private async Task<int> ReplayAsync() =>
        (await _service.PostAsync($"/v1/webhooks/{_id}/replay", new { since = "2026-01-01" })).GetProperty("queued").GetInt32();
}
