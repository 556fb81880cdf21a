using System.Globalization;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using NUnit.Framework;

namespace HealthApi.Api.Tests.EndToEnd.Webhooks;

/// <summary>The requests that a receiver gets and the stored attempts; the test moves the clock.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class DeliveryTests(StoreKind kind) : StoreFixture(kind)
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
    public async Task A_message_is_signed_and_has_the_headers_of_Standard_Webhooks()
    {
        var (_, secret) = await _service.SubscribeAsync(_receiver.Url);
        await _service.QueueAsync("crs_1", "acme");

        var received = (await _receiver.WaitForAsync(1))[0];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(received.IsSignedBy(secret, _clock.GetUtcNow()), Is.True);
            Assert.That(received.MessageId, Is.EqualTo(WebhookScenario.IdOf("crs_1")));
            Assert.That(
                received["webhook-timestamp"], Is.EqualTo(_clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)));
            Assert.That(received["content-type"], Is.EqualTo("application/json"));
            Assert.That(received["user-agent"], Does.StartWith("HealthApi-Webhooks/"));
            Assert.That(received["traceparent"], Is.EqualTo("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
            Assert.That(
                received.Text,
                Is.EqualTo(
                    """{"type":"health.threshold_crossed","timestamp":"2026-11-20T09:00:00Z","data":{"crossingId":"crs_1","accountId":"acme"}}"""));
        }
    }

    [Test]
    public async Task Every_attempt_has_the_same_id_and_body_its_own_timestamp_and_the_wait_of_the_schedule()
    {
        _receiver.DefaultAnswer = WebhookReceiver.Status(500, "out of order");
        var (id, secret) = await _service.SubscribeAsync(_receiver.Url);
        await _service.QueueAsync("crs_1");
        TimeSpan[] schedule =
        [
            new(0, 0, 5), new(0, 5, 0), new(0, 30, 0), new(2, 0, 0), new(5, 0, 0), new(10, 0, 0), new(14, 0, 0), new(20, 0, 0),
            new(24, 0, 0),
        ];

        for (var attempt = 1; attempt <= schedule.Length; attempt++)
        {
            var log = await _service.WaitForAttemptsAsync(id, attempt);
            var wait = log.GetProperty("nextAttemptAt").GetDateTimeOffset() - _clock.GetUtcNow();
            Assert.That(
                wait, Is.InRange(schedule[attempt - 1] * 0.8, schedule[attempt - 1] * 1.2),
                $"the wait after attempt {attempt} is the schedule's ± 20 %");
            Assert.That(_receiver.Received, Has.Count.EqualTo(attempt), "nothing is sent before its time");
            _clock.MoveToNextAttempt(log);
            await _receiver.WaitForAsync(attempt + 1);
            Assert.That(_receiver.Received[^1].IsSignedBy(secret, _clock.GetUtcNow()), Is.True, "each attempt is signed with its own time");
        }

        var last = await _service.WaitForAttemptsAsync(id, schedule.Length + 1);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(last.GetProperty("status").GetString(), Is.EqualTo("failed"), "no attempt is left in the schedule");
            Assert.That(
                last.GetProperty("attempts").EnumerateArray().Select(attempt => attempt.GetProperty("answer").GetString()),
                Is.All.EqualTo("out of order"));
            Assert.That(
                _receiver.Received.Select(received => received.MessageId).Distinct(), Is.EqualTo(new[] { WebhookScenario.IdOf("crs_1") }));
            Assert.That(_receiver.Received.Select(received => received.Text).Distinct().Count(), Is.EqualTo(1));
            Assert.That(
                _receiver.Received.Select(received => received["webhook-timestamp"]).Distinct().Count(), Is.EqualTo(schedule.Length + 1));
        }
    }

    [Test]
    public async Task A_success_after_failures_ends_the_delivery()
    {
        _receiver.Then(WebhookReceiver.Status(500), WebhookReceiver.Reset(), WebhookReceiver.Status(204));
        var (id, _) = await _service.SubscribeAsync(_receiver.Url);
        await _service.QueueAsync("crs_1");
        _clock.MoveToNextAttempt(await _service.WaitForAttemptsAsync(id, 1));
        _clock.MoveToNextAttempt(await _service.WaitForAttemptsAsync(id, 2));

        var log = await _service.WaitForAttemptsAsync(id, 3);
        _clock.Advance(TimeSpan.FromDays(2));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(log.GetProperty("status").GetString(), Is.EqualTo("delivered"));
            Assert.That(log.GetProperty("responseStatus").GetInt32(), Is.EqualTo(204));
            Assert.That(log.GetProperty("attempts")[1].GetProperty("error").GetString(), Is.EqualTo("connection"));
            Assert.That(_receiver.Received, Has.Count.EqualTo(3));
        }
    }

    [Test]
    public async Task An_attempt_is_one_request_even_if_a_reused_connection_is_closed_without_an_answer()
    {
        var (id, _) = await _service.SubscribeAsync(_receiver.Url);
        await _service.QueueAsync("crs_1", "acme");
        await Eventually.GetAsync(
            () => _service.DeliveriesAsync(id, "?status=delivered"), delivered => delivered.Count == 1, "a connection is open");
        _receiver.Then(WebhookReceiver.Reset());
        await _service.QueueAsync("crs_2", "acme");

        var failed = (await Eventually.GetAsync(
            () => _service.DeliveriesAsync(id),
                found => found.Any(
                    delivery => delivery.GetProperty("attemptCount").GetInt32() == 1
                    && delivery.GetProperty("status").GetString() == "pending"), "a failed attempt"))
            .Single(delivery => delivery.GetProperty("status").GetString() == "pending");
        var log = await _service.GetAsync("/v1/deliveries/" + failed.GetProperty("id").GetString());
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                _receiver.Received, Has.Count.EqualTo(2), "the receiver may have got the message, so only the schedule sends it again");
            Assert.That(log.GetProperty("attempts")[0].GetProperty("error").GetString(), Is.EqualTo("connection"));
        }
    }

    [Test]
    public async Task An_attempt_at_a_hanging_receiver_ends_at_the_timeout()
    {
        _receiver.Then(WebhookReceiver.Hang());
        var (id, _) = await _service.SubscribeAsync(_receiver.Url);
        await _service.QueueAsync("crs_1");
        await _receiver.WaitForAsync(1);
        _clock.Advance(TimeSpan.FromSeconds(15));

        var attempt = (await _service.WaitForAttemptsAsync(id, 1)).GetProperty("attempts")[0];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(attempt.GetProperty("error").GetString(), Is.EqualTo("timeout"));
            Assert.That(attempt.GetProperty("status").ValueKind, Is.EqualTo(System.Text.Json.JsonValueKind.Null));
            Assert.That(attempt.GetProperty("durationMs").GetDouble(), Is.EqualTo(15_000));
        }
    }

    [Test]
    public async Task At_most_maxPerMinute_messages_are_sent_in_a_minute()
    {
        var start = _clock.GetUtcNow();
        await _service.SubscribeAsync(_receiver.Url, maxPerMinute: 3);
        await _service.QueueAsync(Enumerable.Range(0, 7).Select(number => $"crs_{number}"));
        await _receiver.WaitForAsync(3);
        await _service.AtRestAsync();
        _clock.Advance(TimeSpan.FromSeconds(59));
        await _service.AtRestAsync();
        _clock.Advance(TimeSpan.FromSeconds(2));
        await _receiver.WaitForAsync(6);
        await _service.AtRestAsync();
        _clock.Advance(TimeSpan.FromSeconds(61));
        var received = await _receiver.WaitForAsync(7);
        Assert.That(received.Select(webhook => (webhook.SentAt - start).TotalSeconds), Is.EqualTo((double[])[0, 0, 0, 61, 61, 61, 122]));
    }

    [Test]
    public async Task Messages_of_one_account_are_sent_one_after_the_other()
    {
        var gate = new TaskCompletionSource();
        _receiver.Then(WebhookReceiver.After(gate.Task, WebhookReceiver.Status(200)));
        await _service.SubscribeAsync(_receiver.Url);
        await _service.QueueAsync(["crs_1", "crs_2", "crs_3"], "acme");
        await _receiver.WaitForAsync(1);
        await _service.QueueAsync("crs_other", "globex");
        await _receiver.WaitForAsync(2);
        Assert.That(_receiver.Received[1].MessageId, Is.EqualTo(WebhookScenario.IdOf("crs_other")), "another account does not wait");

        gate.SetResult();
        var ids = (await _receiver.WaitForAsync(4)).Select(received => received.MessageId);
        Assert.That(ids, Is.EqualTo(new[] { "crs_1", "crs_other", "crs_2", "crs_3" }.Select(WebhookScenario.IdOf)));
    }
}
