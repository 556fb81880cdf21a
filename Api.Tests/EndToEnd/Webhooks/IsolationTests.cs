using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using NUnit.Framework;

namespace HealthApi.Api.Tests.EndToEnd.Webhooks;

/// <summary>What happens to one endpoint costs the others nothing.</summary>
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

        // The clock stands still, so no attempt at the hanging one can have ended when the last of the healthy one's arrives.
        var received = await healthy.WaitForAsync(500);
        Assert.That(received.Select(webhook => webhook.MessageId).Distinct().Count(), Is.EqualTo(500), "each once");
    }

    [Test]
    public async Task A_dead_receiver_is_probed_by_one_message_at_a_time_and_gets_all_when_it_is_back()
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
        Assert.That(tried, Is.InRange(10, 20), "ten failures open the circuit; only what was under way comes on top");

        clock.Advance(TimeSpan.FromSeconds(31));
        await receiver.WaitForAsync(tried + 1);
        await service.AtRestAsync();
        Assert.That(receiver.Received, Has.Count.EqualTo(tried + 1), "one message probes");

        receiver.DefaultAnswer = WebhookReceiver.Status(200);
        clock.Advance(TimeSpan.FromSeconds(31));
        await Eventually.GetAsync(
            () => service.DeliveriesAsync(id, "?status=delivered&limit=200"), delivered => delivered.Count == 200, "all delivered");
    }

    [Test]
    public async Task Ten_failures_in_a_row_open_the_circuit_also_soon_after_a_success()
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
    public async Task Who_asks_to_be_left_alone_gets_nothing_more_than_was_under_way()
    {
        await using var service = await TestService.StartAsync(Kind, clock: new ManualTimeProvider());
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.DefaultAnswer = WebhookReceiver.RetryAfter(429, "60");
        await service.SubscribeAsync(receiver.Url);
        await service.QueueAsync(Enumerable.Range(0, 200).Select(number => $"crs_{number}"));
        await receiver.WaitForAsync(1);
        await service.AtRestAsync();
        Assert.That(receiver.Received, Has.Count.LessThanOrEqualTo(4), "four are under way at first");
    }

    [Test]
    public async Task What_is_claimed_already_goes_to_the_new_address()
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
            "all of them, those too that the old address did not answer");
        Assert.That(old.Received, Has.Count.EqualTo(4), "what was under way");
    }

    [Test]
    public async Task Of_a_limited_subscription_only_what_begins_at_once_is_claimed()
    {
        await using var service = await TestService.StartAsync(Kind, clock: new ManualTimeProvider());
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.DefaultAnswer = WebhookReceiver.Hang();
        await service.SubscribeAsync(receiver.Url, maxPerMinute: 32);
        await service.QueueAsync(Enumerable.Range(0, 96).Select(number => $"crs_{number}"));
        await receiver.WaitForAsync(4);
        Assert.That(await service.ClaimedAsync(), Is.EqualTo(4), "the others begin later, and count in the minute in which they do");
    }

    [Test]
    public async Task Of_a_limited_subscription_messages_that_wait_for_one_of_their_account_take_nothing_from_its_budget_or_from_others()
    {
        await using var service = await TestService.StartAsync(Kind, clock: new ManualTimeProvider());
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.DefaultAnswer = WebhookReceiver.Hang();
        await service.SubscribeAsync(receiver.Url, maxPerMinute: 32);
        await service.QueueAsync(Enumerable.Range(0, 6).Select(number => $"acme_{number}"), "acme");
        await service.QueueAsync(Enumerable.Range(0, 12).Select(number => $"crs_{number}"));

        // The clock stands still, so the receiver holds the first message of the account for as long as the test takes.
        await receiver.WaitForAsync(4);
        var claimed = await service.ClaimedAsync();
        Assert.That(claimed, Is.EqualTo(4), "one message of the account and three of others begin; what waits for them is not claimed");
    }
}
