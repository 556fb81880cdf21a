using System.Text.Json;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using NUnit.Framework;
using static HealthApi.Api.Tests.Support.Http.ScriptedReceiver;

namespace HealthApi.Api.Tests.EndToEnd.Webhooks;

/// <summary>Retries after a sequence of answers; the test moves the clock.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class AnswerSequenceTests(StoreKind kind) : StoreFixture(kind)
{
    private readonly ManualTimeProvider _clock = new();
    private TestService _service = null!;

    [SetUp]
    public async Task SetUp() => _service = await TestService.StartAsync(Kind, clock: _clock);

    [TearDown]
    public ValueTask TearDown() => _service.DisposeAsync();

    [Test]
    public async Task The_same_message_is_retried_after_every_kind_of_failure_until_it_succeeds()
    {
        using var elsewhere = new ScriptedReceiver(Status(200));
        using var receiver = new ScriptedReceiver(
            Status(500), RedirectTo(elsewhere.Url), Status(404), RetryAfter(503, "3600"),
            Status(204).WithDelay(TimeSpan.FromMilliseconds(50)));
        var (id, secret) = await _service.SubscribeAsync(receiver.Url);
        await _service.QueueAsync("crs_1");
        var waits = new List<TimeSpan>();
        for (var attempt = 1; attempt <= 4; attempt++)
        {
            var log = await _service.WaitForAttemptsAsync(id, attempt);
            waits.Add(log.GetProperty("nextAttemptAt").GetDateTimeOffset() - _clock.GetUtcNow());
            _clock.MoveToNextAttempt(log);
        }

        var delivered = await _service.WaitForAttemptsAsync(id, 5);
        var received = await receiver.WaitForAsync(5);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(delivered.GetProperty("status").GetString(), Is.EqualTo("delivered"));
            Assert.That(
                delivered.GetProperty("attempts").EnumerateArray().Select(attempt => attempt.GetProperty("status").GetInt32()),
                Is.EqualTo((int[])[500, 307, 404, 503, 204]));
            Assert.That(waits[0], Is.InRange(new TimeSpan(0, 0, 4), new TimeSpan(0, 0, 6)));
            Assert.That(waits[1], Is.InRange(new TimeSpan(0, 4, 0), new TimeSpan(0, 6, 0)));
            Assert.That(waits[2], Is.InRange(new TimeSpan(0, 24, 0), new TimeSpan(0, 36, 0)));
            Assert.That(
                waits[3], Is.InRange(new TimeSpan(1, 36, 0), new TimeSpan(2, 24, 0)),
                "the schedule's wait, because it is longer than the Retry-After");
            Assert.That(received.Select(webhook => webhook.MessageId), Is.All.EqualTo(WebhookScenario.IdOf("crs_1")));
            Assert.That(received.Select(webhook => webhook.Text).Distinct().Count(), Is.EqualTo(1));
            Assert.That(received[^1].IsSignedBy(secret, _clock.GetUtcNow()));
            Assert.That(elsewhere.Received, Is.Empty, "a redirect is not followed");
        }
    }

    [TestCase("120")]
    [TestCase("Fri, 20 Nov 2026 09:02:00 GMT")]
    public async Task Retry_After_pauses_the_whole_subscription(string retryAfter)
    {
        var until = _clock.GetUtcNow().AddSeconds(120);
        using var receiver = new ScriptedReceiver(RetryAfter(429, retryAfter), Status(200));
        var (id, _) = await _service.SubscribeAsync(receiver.Url);
        await _service.QueueAsync("crs_1", "acme");
        var log = await _service.WaitForAttemptsAsync(id, 1);
        Assert.That(log.GetProperty("nextAttemptAt").GetDateTimeOffset(), Is.InRange(until, until.AddSeconds(24)));

        await _service.QueueAsync("crs_2", "acme");
        _clock.Advance(TimeSpan.FromSeconds(119));
        await _service.AtRestAsync();
        _clock.Advance(TimeSpan.FromSeconds(25));
        var received = await receiver.WaitForAsync(3);
        Assert.That(
            received.Skip(1).Select(webhook => webhook.MessageId),
            Is.EquivalentTo([WebhookScenario.IdOf("crs_1"), WebhookScenario.IdOf("crs_2")]));
        Assert.That(received.Skip(1).Select(webhook => webhook.SentAt), Is.All.GreaterThanOrEqualTo(until),
            "no message is sent before the Retry-After has passed");
    }

    [TestCase(429, "31536000", 86_400, 86_400)]
    [TestCase(503, "99999999999999999999", 4, 6)]
    [TestCase(502, "60", 60, 72)]
    [TestCase(504, "60", 60, 72)]
    [TestCase(429, "0", 4, 6)]
    [TestCase(429, "-5", 4, 6)]
    [TestCase(429, "Fri, 20 Nov 2020 09:00:00 GMT", 4, 6)]
    [TestCase(500, "60", 4, 6)]
    public async Task Retry_After_is_bounded_and_counts_only_for_some_statuses(int status, string retryAfter, double least, double most)
    {
        using var receiver = new ScriptedReceiver(RetryAfter(status, retryAfter));
        var log = await AfterFirstAsync(receiver);
        var wait = log.GetProperty("nextAttemptAt").GetDateTimeOffset() - _clock.GetUtcNow();
        Assert.That(wait.TotalSeconds, Is.InRange(least, most), "not before the schedule and at most a day later");
    }

    [TestCase(300)]
    [TestCase(301)]
    [TestCase(302)]
    [TestCase(303)]
    [TestCase(307)]
    [TestCase(308)]
    public async Task A_redirect_is_a_failed_attempt_and_is_not_followed(int status)
    {
        using var inside = new ScriptedReceiver(Status(200));
        using var outside = new ScriptedReceiver(RedirectTo(inside.Url, status));
        var log = await AfterFirstAsync(outside);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(log.GetProperty("attempts")[0].GetProperty("status").GetInt32(), Is.EqualTo(status));
            Assert.That(log.GetProperty("status").GetString(), Is.EqualTo("pending"));
            Assert.That(log.GetProperty("nextAttemptAt").ValueKind, Is.EqualTo(JsonValueKind.String));
            Assert.That(inside.Received, Is.Empty);
        }
    }

    [Test]
    public async Task A_success_restarts_the_five_days_until_a_subscription_is_disabled()
    {
        using var receiver = new ScriptedReceiver(Status(500), Status(200), Status(500));
        var (id, _) = await _service.SubscribeAsync(receiver.Url);
        await _service.QueueAsync("crs_1");
        _clock.MoveToNextAttempt(await _service.WaitForAttemptsAsync(id, 1));
        await Eventually.GetAsync(
            () => _service.DeliveriesAsync(id, "?status=delivered"), found => found.Count == 1, "the retry is delivered");
        _clock.Advance(TimeSpan.FromDays(6));
        await _service.QueueAsync("crs_2");
        await Eventually.GetAsync(
            () => _service.DeliveriesAsync(id, "?status=pending"), found => found.Any(WasTried), "the failed attempt is stored");

        Assert.That((await _service.GetAsync($"/v1/webhooks/{id}")).GetProperty("enabled").GetBoolean());
    }

    [Test]
    public async Task A_failed_delivery_can_be_redelivered()
    {
        using var receiver = new ScriptedReceiver(Status(413), Status(200));
        var (id, _) = await _service.SubscribeAsync(receiver.Url);
        await _service.QueueAsync("crs_1");
        var delivery = await _service.WaitForAttemptsAsync(id, 1);
        Assert.That(delivery.GetProperty("status").GetString(), Is.EqualTo("failed"));
        await _service.PostAsync($"/v1/deliveries/{delivery.GetProperty("id").GetString()}/redeliver");

        var log = await _service.WaitForAttemptsAsync(id, 2);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(log.GetProperty("status").GetString(), Is.EqualTo("delivered"));
            Assert.That(
                log.GetProperty("attempts").EnumerateArray().Select(attempt => attempt.GetProperty("number").GetInt32()),
                Is.EqualTo(new[] { 1, 2 }));
            Assert.That((await receiver.WaitForAsync(2)).Select(webhook => webhook.MessageId).Distinct().Count(), Is.EqualTo(1));
        }
    }

    private static bool WasTried(JsonElement delivery) => delivery.GetProperty("attemptCount").GetInt32() > 0;

    /// <summary>Sends a message to the receiver and returns its delivery after the first attempt.</summary>
    private async Task<JsonElement> AfterFirstAsync(ScriptedReceiver receiver)
    {
        var (id, _) = await _service.SubscribeAsync(receiver.Url);
        await _service.QueueAsync("crs_1");
        return await _service.WaitForAttemptsAsync(id, 1);
    }
}
