using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using NUnit.Framework;

namespace HealthApi.Api.Tests.EndToEnd.Webhooks;

/// <summary>A receiver cannot block the sender with an endless answer; its 2xx status still counts.</summary>
internal sealed class LongAnswerTests(StoreKind kind) : StoreFixture(kind)
{
    [Test]
    public async Task A_huge_answer_is_cut_off_and_its_first_KiB_is_stored()
    {
        await using var service = await TestService.StartAsync(Kind, clock: new ManualTimeProvider());
        await using var receiver = await WebhookReceiver.StartAsync(WebhookReceiver.Huge(1L << 30));

        var attempt = await DeliverAsync(service, receiver, () => service.QueueAsync("crs_1"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(attempt.GetProperty("status").GetInt32(), Is.EqualTo(200));
            Assert.That(attempt.GetProperty("answer").GetString(), Has.Length.EqualTo(1024));
        }
    }

    [Test]
    public async Task A_slow_answer_is_cut_off_at_the_timeout()
    {
        var clock = new ManualTimeProvider();
        await using var service = await TestService.StartAsync(Kind, clock: clock);
        await using var receiver = await WebhookReceiver.StartAsync(WebhookReceiver.Drip(TimeSpan.FromMilliseconds(10)));
        var attempt = await DeliverAsync(service, receiver, async () =>
        {
            using var heads = new ResponseHeads();
            await service.QueueAsync("crs_1");
            await Eventually.TrueAsync(() => heads.Count == 1, "the sender has the status and waits for the body");
            clock.Advance(TimeSpan.FromSeconds(15));
        });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(attempt.GetProperty("status").GetInt32(), Is.EqualTo(200));
            Assert.That(attempt.GetProperty("answer").GetString(), Does.StartWith("."));
        }
    }

    private static async Task<System.Text.Json.JsonElement> DeliverAsync(TestService service, WebhookReceiver receiver, Func<Task> queue)
    {
        var (id, _) = await service.SubscribeAsync(receiver.Url);
        await queue();
        var log = await service.WaitForAttemptsAsync(id, 1);
        Assert.That(log.GetProperty("status").GetString(), Is.EqualTo("delivered"));
        return log.GetProperty("attempts")[0];
    }
}
