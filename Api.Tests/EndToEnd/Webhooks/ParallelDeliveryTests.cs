using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Core.Events;
using NUnit.Framework;

namespace HealthApi.Api.Tests.EndToEnd.Webhooks;

/// <summary>Messages to one receiver are sent in parallel if they are about different accounts.</summary>
internal sealed class ParallelDeliveryTests(StoreKind kind) : StoreFixture(kind)
{
    private const int EventLanes = 8;

    [Test]
    public async Task Messages_about_accounts_of_one_event_lane_are_sent_in_parallel()
    {
        await using var service = await TestService.StartAsync(Kind, clock: new ManualTimeProvider());
        await using var receiver = await WebhookReceiver.StartAsync();
        await service.SubscribeAsync(receiver.Url);
        var accounts = Enumerable.Range(0, 4_000).Select(number => $"account-{number}").Where(account => Lane.Of(account, EventLanes) == 0)
            .ToList();
        var first = accounts[..40];
        await service.QueueAsync(first);
        await receiver.WaitForAsync(first.Count);
        await service.AtRestAsync();

        receiver.DefaultAnswer = WebhookReceiver.Hang();
        await service.QueueAsync(accounts[40..340]);
        await receiver.WaitForAsync(first.Count + 20);
    }

    [Test]
    public async Task Messages_about_one_account_are_sent_in_order()
    {
        await using var service = await TestService.StartAsync(Kind, clock: new ManualTimeProvider());
        await using var receiver = await WebhookReceiver.StartAsync();
        await service.SubscribeAsync(receiver.Url);
        var keys = Enumerable.Range(0, 200).Select(number => $"crs_{number}").ToList();
        await service.QueueAsync(keys, "acme");

        var received = await receiver.WaitForAsync(keys.Count);
        Assert.That(received.Select(webhook => webhook.MessageId), Is.EqualTo(keys.Select(WebhookScenario.IdOf)));
    }
}
