using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using NUnit.Framework;

namespace HealthApi.Api.Tests.EndToEnd.Webhooks.Faults;

/// <summary>One of fifty receivers hangs, and the others get all messages meanwhile.</summary>
internal sealed class HangingReceiverTests
{
    private const int Others = 49, Rounds = 40;

    /// <summary>
    /// The clock does not move, so attempts at the hanging receiver never time out; work that waited for them would never end.
    /// </summary>
    [Test]
    public async Task The_other_receivers_get_every_message_while_one_hangs()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.DefaultAnswer = context => (IsBad(context.Request.Path) ? WebhookReceiver.Hang() : WebhookReceiver.Status(200))(context);
        await using var service = await TestService.StartAsync(clock: new ManualTimeProvider());
        var (bad, _) = await service.SubscribeAsync(new Uri(receiver.Url, "/bad"));
        for (var other = 0; other < Others; other++) await service.SubscribeAsync(new Uri(receiver.Url, $"/good/{other}"));
        for (var round = 0; round < Rounds; round++)
        {
            var key = $"crs_{round}";
            await service.QueueAsync(key);
            var good = await Eventually.GetAsync(
                () => Task.FromResult(
                    receiver.Received.Where(received => received.MessageId == WebhookScenario.IdOf(key) && !IsBad(received.Path)).ToList()),
                received => received.Count == Others,
                $"{key} arrives at each of the others");
            Assert.That(good.Select(received => received.Path), Is.Unique);
        }

        Assert.That(receiver.Received.Where(received => IsBad(received.Path)), Is.Not.Empty, "the hanging receiver got requests");
        Assert.That(
            (await service.DeliveriesAsync(bad)).Select(delivery => delivery.GetProperty("status").GetString()),
            Has.Exactly(Rounds).Items.And.All.EqualTo("pending"));
    }

    private static bool IsBad(string? path) => path == "/bad";
}
