using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using NUnit.Framework;

namespace HealthApi.Api.Tests.EndToEnd.Webhooks.Faults;

/// <summary>23 of the fault matrix: of fifty receivers one hangs, and the others get everything meanwhile.</summary>
internal sealed class HangingReceiverTests
{
    private const int Others = 49, Rounds = 40;

    /// <summary>The clock stands still, so the receiver that hangs never meets its deadline: whoever waits for it waits for ever.</summary>
    [Test]
    public async Task The_others_get_everything_while_it_hangs()
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
                $"{key} at each of the others");
            Assert.That(good.Select(received => received.Path), Is.Unique);
        }

        Assert.That(receiver.Received.Where(received => IsBad(received.Path)), Is.Not.Empty, "it was called");
        Assert.That(
            (await service.DeliveriesAsync(bad)).Select(delivery => delivery.GetProperty("status").GetString()),
            Has.Exactly(Rounds).Items.And.All.EqualTo("pending"));
    }

    private static bool IsBad(string? path) => path == "/bad";
}
