using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using NUnit.Framework;

namespace HealthApi.Api.Tests.EndToEnd.Webhooks;

/// <summary>A failing or hanging receiver does not affect others.</summary>
internal sealed class IsolationTests(StoreKind kind) : StoreFixture(kind)
{
    [Test]
    public async Task A_receiver_that_hangs_does_not_delay_another()
    {
        await using var service = await TestService.StartAsync(Kind, clock: new ManualTimeProvider());
        await using var healthy = await WebhookReceiver.StartAsync();
        await using var hanging = await WebhookReceiver.StartAsync();
        hanging.DefaultAnswer = WebhookReceiver.Hang();
        await service.SubscribeAsync(hanging.Url);
        await service.SubscribeAsync(healthy.Url);
        await service.QueueAsync(Enumerable.Range(0, 500).Select(number => $"crs_{number}"));

        // The clock does not move, so no attempt at the hanging receiver times out before the healthy one has got everything.
        var received = await healthy.WaitForAsync(500);
        Assert.That(received.Select(webhook => webhook.MessageId).Distinct().Count(), Is.EqualTo(500), "each message arrives once");
    }

    [Test]
    public async Task A_dead_receiver_is_probed_with_one_message_at_a_time_and_gets_all_after_its_recovery()
    {
        var clock = new ManualTimeProvider();
        await using var service = await TestService.StartAsync(Kind, clock: clock);
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.DefaultAnswer = WebhookReceiver.Status(500);
        var (id, _) = await service.SubscribeAsync(receiver.Url);
        await service.QueueAsync(Enumerable.Range(0, 200).Select(number => $"crs_{number}"));
        await receiver.WaitForAsync(10);
        await service.AtRestAsync();
        var tried = receiver.Received.Count;
        Assert.That(tried, Is.InRange(10, 20), "ten failures open the circuit; only attempts that had begun are added");

        clock.Advance(TimeSpan.FromSeconds(31));
        await receiver.WaitForAsync(tried + 1);
        await service.AtRestAsync();
        Assert.That(receiver.Received, Has.Count.EqualTo(tried + 1), "one message is sent as a probe");

        receiver.DefaultAnswer = WebhookReceiver.Status(200);
        clock.Advance(TimeSpan.FromSeconds(31));
        await Eventually.GetAsync(
            () => service.DeliveriesAsync(id, "?status=delivered&limit=200"), delivered => delivered.Count == 200,
                "all messages are delivered");
    }

    [Test]
    public async Task Ten_failures_in_a_row_open_the_circuit_even_soon_after_a_success()
    {
        await using var service = await TestService.StartAsync(Kind, clock: new ManualTimeProvider());
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Then(WebhookReceiver.Status(200));
        receiver.DefaultAnswer = WebhookReceiver.Status(500);
        await service.SubscribeAsync(receiver.Url);
        await service.QueueAsync(Enumerable.Range(0, 200).Select(number => $"crs_{number}"));
        await receiver.WaitForAsync(11);
        await service.AtRestAsync();
        Assert.That(receiver.Received, Has.Count.InRange(11, 21));
    }

    [Test]
    public async Task After_a_429_a_receiver_gets_only_the_requests_that_had_begun()
    {
        await using var service = await TestService.StartAsync(Kind, clock: new ManualTimeProvider());
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.DefaultAnswer = WebhookReceiver.RetryAfter(429, "60");
        await service.SubscribeAsync(receiver.Url);
        await service.QueueAsync(Enumerable.Range(0, 200).Select(number => $"crs_{number}"));
        await receiver.WaitForAsync(1);
        await service.AtRestAsync();
        Assert.That(receiver.Received, Has.Count.LessThanOrEqualTo(4), "at first four attempts run in parallel");
    }

    [Test]
    public async Task Deliveries_that_are_claimed_already_are_sent_to_the_new_URL()
    {
        var clock = new ManualTimeProvider();
        await using var service = await TestService.StartAsync(Kind, clock: clock);
        await using var old = await WebhookReceiver.StartAsync();
        await using var now = await WebhookReceiver.StartAsync();
        old.DefaultAnswer = WebhookReceiver.Hang();
        var (id, _) = await service.SubscribeAsync(old.Url);
        await service.QueueAsync(Enumerable.Range(0, 30).Select(number => $"crs_{number}"));
        await old.WaitForAsync(4);

        await service.SendAsync(HttpMethod.Patch, $"/v1/webhooks/{id}", new { url = now.Url });
        await Eventually.GetAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromMilliseconds(500));
                return Task.FromResult(now.Received.Count);
            },
            received => received == 30,
            "all deliveries arrive, including those that the old URL did not answer");
        Assert.That(old.Received, Has.Count.EqualTo(4), "only attempts that had begun went to the old URL");
    }

    [Test]
    public async Task For_a_rate_limited_subscription_only_deliveries_that_begin_at_once_are_claimed()
    {
        await using var service = await TestService.StartAsync(Kind, clock: new ManualTimeProvider());
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.DefaultAnswer = WebhookReceiver.Hang();
        await service.SubscribeAsync(receiver.Url, maxPerMinute: 32);
        await service.QueueAsync(Enumerable.Range(0, 96).Select(number => $"crs_{number}"));
        await receiver.WaitForAsync(4);
        Assert.That(await service.ClaimedAsync(), Is.EqualTo(4), "the others count in the minute in which they begin");
    }

    [Test]
    public async Task For_a_rate_limited_subscription_messages_that_wait_for_their_account_take_no_budget()
    {
        await using var service = await TestService.StartAsync(Kind, clock: new ManualTimeProvider());
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.DefaultAnswer = WebhookReceiver.Hang();
        await service.SubscribeAsync(receiver.Url, maxPerMinute: 32);
        await service.QueueAsync(Enumerable.Range(0, 6).Select(number => $"acme_{number}"), "acme");
        await service.QueueAsync(Enumerable.Range(0, 12).Select(number => $"crs_{number}"));

        // The clock does not move, so the receiver holds the first message of the account until the test ends.
        await receiver.WaitForAsync(4);
        var claimed = await service.ClaimedAsync();
        Assert.That(claimed, Is.EqualTo(4), "one message of the account and three of others begin; waiting messages are not claimed");
    }
}
