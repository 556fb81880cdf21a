using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using NUnit.Framework;

namespace HealthApi.Api.Tests.EndToEnd.Webhooks;

/// <summary>
/// In strict order each message of an account waits until the previous one is delivered or failed; other accounts do not wait.
/// </summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class StrictOrderTests(StoreKind kind) : StoreFixture(kind)
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
    public async Task A_failing_message_delays_its_own_account_and_no_other()
    {
        var (id, _) = await _service.SubscribeAsync(_receiver.Url, strictOrder: true);
        Assert.That((await _service.GetAsync($"/v1/webhooks/{id}")).GetProperty("strictOrder").GetBoolean(), Is.True);
        _receiver.Then(WebhookReceiver.Status(500));
        await _service.QueueAsync(["crs_1", "crs_2", "crs_3"], "acme");
        await _receiver.WaitForAsync(1);
        await _service.QueueAsync(["crs_a", "crs_b"], "globex");
        await Eventually.GetAsync(
            () => _service.DeliveriesAsync(id, "?status=delivered"), delivered => delivered.Count == 2,
                "the other account's messages are delivered");
        Assert.That(Received(), Is.EqualTo(Ids("crs_1", "crs_a", "crs_b")));

        _clock.MoveToNextAttempt(await RetryAsync(id, "crs_1"));
        await _receiver.WaitForAsync(6);
        Assert.That(
            Received().Skip(3), Is.EqualTo(Ids("crs_1", "crs_2", "crs_3")), "after the retry the others are sent at once, in order");
    }

    [Test]
    public async Task Without_strict_order_the_next_message_overtakes_one_that_waits_for_its_retry()
    {
        await _service.SubscribeAsync(_receiver.Url);
        _receiver.Then(WebhookReceiver.Status(500));
        await _service.QueueAsync(["crs_1", "crs_2"], "acme");
        await _receiver.WaitForAsync(2);
        Assert.That(Received(), Is.EqualTo(Ids("crs_1", "crs_2")));
    }

    [Test]
    public async Task A_message_that_has_failed_for_good_delays_no_other()
    {
        var (id, _) = await _service.SubscribeAsync(_receiver.Url, strictOrder: true);
        _receiver.Then(WebhookReceiver.Status(413));
        await _service.QueueAsync(["crs_1", "crs_2"], "acme");
        await _receiver.WaitForAsync(2);
        await Eventually.GetAsync(() => _service.DeliveriesAsync(id, "?status=failed"), failed => failed.Count == 1,
            "the failed delivery is listed");
        Assert.That(Received(), Is.EqualTo(Ids("crs_1", "crs_2")));
    }

    [Test]
    public async Task A_patch_switches_strict_order_off()
    {
        var (id, _) = await _service.SubscribeAsync(_receiver.Url, strictOrder: true);
        _receiver.Then(WebhookReceiver.Status(500));
        await _service.QueueAsync(["crs_1", "crs_2"], "acme");
        await RetryAsync(id, "crs_1");
        var patched = await _service.SendAsync(HttpMethod.Patch, $"/v1/webhooks/{id}", new { strictOrder = false });

        Assert.That(patched.GetProperty("strictOrder").GetBoolean(), Is.False);
        Assert.That((await _receiver.WaitForAsync(2))[1].MessageId, Is.EqualTo(WebhookScenario.IdOf("crs_2")));
    }

    [Test]
    public async Task A_patch_switches_strict_order_on()
    {
        var (id, _) = await _service.SubscribeAsync(_receiver.Url);
        var patched = await _service.SendAsync(HttpMethod.Patch, $"/v1/webhooks/{id}", new { strictOrder = true });
        _receiver.Then(WebhookReceiver.Status(500));
        await _service.QueueAsync(["crs_1", "crs_2"], "acme");
        var retry = await RetryAsync(id, "crs_1");
        await _service.AtRestAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(patched.GetProperty("strictOrder").GetBoolean(), Is.True);
            Assert.That(Received(), Is.EqualTo(Ids("crs_1")), "the second message waits for the first");
        }

        _clock.MoveToNextAttempt(retry);
        await _receiver.WaitForAsync(3);
        Assert.That(Received(), Is.EqualTo(Ids("crs_1", "crs_1", "crs_2")));
    }

    [Test]
    public async Task Two_processes_keep_the_order_of_every_account_when_the_receiver_fails_at_random()
    {
        using var store = NewStore();
        var (random, gate) = (new Random(11), new Lock());
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.DefaultAnswer = context => WebhookReceiver.Status(Fails() ? 500 : 200)(context);
        string[] settings = ["Webhooks:RetrySchedule=" + string.Join(',', Enumerable.Repeat("00:00:01", 20))];
        await using var first = await TestService.StartAsync(Kind, settings, store: store);
        await using var second = await TestService.StartAsync(Kind, settings, store: store);
        var (id, _) = await first.SubscribeAsync(receiver.Url, strictOrder: true);
        for (var round = 0; round < 8; round++)
        {
            foreach (var account in (string[])["a", "b", "c", "d"])
                await (round % 2 == 0 ? first : second).QueueAsync($"{account}-{round}", account);
        }

        await Eventually.GetAsync(
            () => first.DeliveriesAsync(id, "?status=delivered&limit=200"), delivered => delivered.Count == 32,
                "all messages are delivered");
        foreach (var account in (string[])["a", "b", "c", "d"])
        {
            var order = receiver.Received.Select(received => received.Json.GetProperty("data").GetProperty("crossingId").GetString()!)
                .Where(key => key[0] == account[0]);
            var rounds = order.Select(key => key[2] - '0').ToList();
            Assert.That(rounds.Distinct(), Is.EqualTo(Enumerable.Range(0, 8)));
            Assert.That(rounds, Is.Ordered, $"messages of account {account} are delivered in order");
        }

        bool Fails()
        {
            lock (gate) return random.Next(5) == 0;
        }
    }

    private static IEnumerable<string> Ids(params string[] keys) => keys.Select(WebhookScenario.IdOf);

    private IEnumerable<string> Received() => _receiver.Received.Select(received => received.MessageId);

    /// <summary>Waits until the delivery of a message waits for its retry; returns the delivery.</summary>
    private async Task<System.Text.Json.JsonElement> RetryAsync(string id, string key)
    {
        var deliveries = await Eventually.GetAsync(
            () => _service.DeliveriesAsync(id), found => found.Any(delivery => Waits(delivery, key)), $"{key} waits for its retry");
        return deliveries.Single(delivery => Waits(delivery, key));
    }

    private static bool Waits(System.Text.Json.JsonElement delivery, string key) =>
        delivery.GetProperty("messageId").GetString() == WebhookScenario.IdOf(key)
        && delivery.GetProperty("status").GetString() == "pending" && delivery.GetProperty("attemptCount").GetInt32() == 1;
}
