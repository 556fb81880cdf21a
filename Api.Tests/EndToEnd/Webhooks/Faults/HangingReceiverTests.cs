using System.Diagnostics;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using NUnit.Framework;

namespace HealthApi.Api.Tests.EndToEnd.Webhooks.Faults;

/// <summary>23 of the fault matrix: of fifty receivers one hangs; how fast the others get theirs does not change.</summary>
internal sealed class HangingReceiverTests
{
    private const int Others = 49, Rounds = 40;

    [Test]
    public async Task The_others_do_not_notice()
    {
        var hangs = false;
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Standing = context => hangs && context.Request.Path == "/bad" ? WebhookReceiver.Hang()(context) : WebhookReceiver.Status(200)(context);
        await using var service = await TestService.StartAsync();
        await service.SubscribeAsync(new Uri(receiver.Url, "/bad"));
        for (var other = 0; other < Others; other++) await service.SubscribeAsync(new Uri(receiver.Url, $"/good/{other}"));
        await MeasureAsync(service, receiver, "warm-up");

        var before = await MeasureAsync(service, receiver, "before");
        hangs = true;
        var after = await MeasureAsync(service, receiver, "after");
        TestContext.Out.WriteLine($"from commit to receipt, ms: p50 {before.P50:F1} and p99 {before.P99:F1} before, p50 {after.P50:F1} and p99 {after.P99:F1} while one of fifty hangs");
        Assert.That(after.P99, Is.LessThan((3 * before.P99) + 200), "the deadline of the one that hangs is 15,000 ms");
    }

    /// <summary>Queues round after round of one message to all, and tells how long after its commit each of the others had it.</summary>
    private static async Task<(double P50, double P99)> MeasureAsync(TestService service, WebhookReceiver receiver, string phase)
    {
        var latencies = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            var key = $"crs_{phase}_{round}";
            await service.QueueAsync(key);
            var committed = Stopwatch.GetTimestamp();
            var id = WebhookScenario.IdOf(key);
            var good = await Eventually.GetAsync(
                () => Task.FromResult(receiver.Received.Where(received => received.MessageId == id && received.Path != "/bad").ToList()),
                received => received.Count == Others,
                $"{key} at each of the others");
            latencies.AddRange(good.Select(received => Math.Max(0, Stopwatch.GetElapsedTime(committed, received.ArrivedAt).TotalMilliseconds)));
        }

        latencies.Sort();
        return (latencies[latencies.Count / 2], latencies[latencies.Count * 99 / 100]);
    }
}
