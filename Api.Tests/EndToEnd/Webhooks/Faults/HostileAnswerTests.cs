using System.Text.Json;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using NUnit.Framework;

namespace HealthApi.Api.Tests.EndToEnd.Webhooks.Faults;

/// <summary>20 of the fault matrix: what a receiver answers costs neither memory nor time beyond the bounds.</summary>
internal sealed class HostileAnswerTests
{
    private const long Megabyte = 1 << 20;

    [Test]
    public async Task A_gigabyte_is_cut_off_in_bounded_memory()
    {
        await using var receiver = await WebhookReceiver.StartAsync(WebhookReceiver.Huge(1L << 30));
        var (attempt, allocated) = await DeliverAsync(receiver.Url);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(attempt.GetProperty("status").GetInt32(), Is.EqualTo(200));
            Assert.That(attempt.GetProperty("answer").GetString(), Has.Length.LessThanOrEqualTo(1024));
            Assert.That(allocated, Is.LessThan(100 * Megabyte), "sender, receiver and service together");
        }
    }

    [Test]
    public async Task A_gzip_bomb_is_not_decompressed()
    {
        await using var receiver = await WebhookReceiver.StartAsync(WebhookReceiver.GzipBomb());
        var (attempt, allocated) = await DeliverAsync(receiver.Url);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(attempt.GetProperty("status").GetInt32(), Is.EqualTo(200));
            Assert.That(attempt.GetProperty("answer").GetString(), Does.StartWith("\u001f"), "the packed bytes, as they came");
            Assert.That(receiver.Received[0]["accept-encoding"], Is.Null, "nothing packed is asked for");
            Assert.That(allocated, Is.LessThan(100 * Megabyte), "sender, receiver and service together");
        }
    }

    [Test]
    public async Task Headers_without_end_are_a_failure_in_bounded_memory()
    {
        using var receiver = new RawReceiver(
            () => Enumerable.Range(0, 1_000_000).Select(number => $"x-{number}: {new string('a', 1_000)}\r\n")
            .Prepend("HTTP/1.1 200 OK\r\n"));
        var (attempt, allocated) = await DeliverAsync(receiver.Url);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                attempt.GetProperty("status").ValueKind, Is.EqualTo(JsonValueKind.Null), "no status was told before the limit was met");
            Assert.That(attempt.GetProperty("error").GetString(), Is.EqualTo("protocol"));
            Assert.That(allocated, Is.LessThan(100 * Megabyte));
        }
    }

    [Test]
    public async Task Headers_that_drip_end_at_the_deadline()
    {
        using var receiver = new RawReceiver(() => Enumerable.Repeat("x", 1_000_000).Prepend("HTTP/1.1 200 OK\r\nx-drip: "));
        var clock = new ManualTimeProvider();
        await using var service = await TestService.StartAsync(clock: clock);
        var (id, _) = await service.SubscribeAsync(receiver.Url);
        await service.QueueAsync("crs_1");
        await Eventually.TrueAsync(() => receiver.Requests == 1, "the answer drips");
        clock.Advance(TimeSpan.FromSeconds(15));

        var attempt = (await service.WaitForAttemptsAsync(id, 1)).GetProperty("attempts")[0];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(attempt.GetProperty("error").GetString(), Is.EqualTo("timeout"));
            Assert.That(attempt.GetProperty("durationMs").GetDouble(), Is.EqualTo(15_000));
        }
    }

    [TestCase("HTTP/1.1 99 Nothing\r\n\r\n")]
    [TestCase("220 mail.example.com ESMTP\r\n")]
    public async Task What_is_not_http_is_a_failure(string answer)
    {
        using var receiver = new RawReceiver(() => [answer]);
        var (attempt, _) = await DeliverAsync(receiver.Url);
        Assert.That(attempt.GetProperty("error").GetString(), Is.EqualTo("protocol").Or.EqualTo("connection"));
    }

    [Test]
    public async Task A_body_cut_short_does_not_change_a_good_status()
    {
        using var receiver = new RawReceiver(() => ["HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nshort"]);
        var (attempt, _) = await DeliverAsync(receiver.Url);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(attempt.GetProperty("status").GetInt32(), Is.EqualTo(200));
            Assert.That(attempt.GetProperty("answer").GetString(), Is.EqualTo("short"));
        }
    }

    /// <summary>The first attempt as the log tells it, and the bytes allocated in this process meanwhile.</summary>
    private static async Task<(JsonElement Attempt, long Allocated)> DeliverAsync(Uri url)
    {
        // By a clock that stands still, so that the deadline cuts nothing off.
        await using var service = await TestService.StartAsync(clock: new ManualTimeProvider());
        var (id, _) = await service.SubscribeAsync(url);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        await service.QueueAsync("crs_1");
        var log = await service.WaitForAttemptsAsync(id, 1);
        return (log.GetProperty("attempts")[0], GC.GetTotalAllocatedBytes(precise: true) - before);
    }
}
