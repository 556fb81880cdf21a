using System.Text.Json;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using NUnit.Framework;

namespace HealthApi.Api.Tests.EndToEnd.Webhooks.Faults;

/// <summary>A receiver's answer takes a bounded amount of memory and time.</summary>
internal sealed class HostileAnswerTests
{
    private const long Megabyte = 1 << 20;

    [Test]
    public async Task An_answer_of_a_gigabyte_is_cut_off_in_bounded_memory()
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
            Assert.That(attempt.GetProperty("answer").GetString(), Does.StartWith("\u001f"), "the compressed bytes as received");
            Assert.That(receiver.Received[0]["accept-encoding"], Is.Null, "the request does not ask for compression");
            Assert.That(allocated, Is.LessThan(100 * Megabyte), "sender, receiver and service together");
        }
    }

    [Test]
    public async Task Endless_headers_are_a_failed_attempt_in_bounded_memory()
    {
        using var receiver = new RawReceiver(
            () => Enumerable.Range(0, 1_000_000).Select(number => $"x-{number}: {new string('a', 1_000)}\r\n")
            .Prepend("HTTP/1.1 200 OK\r\n"));
        var (attempt, allocated) = await DeliverAsync(receiver.Url);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                attempt.GetProperty("status").ValueKind, Is.EqualTo(JsonValueKind.Null), "the limit was reached before a status was read");
            Assert.That(attempt.GetProperty("error").GetString(), Is.EqualTo("protocol"));
            Assert.That(allocated, Is.LessThan(100 * Megabyte));
        }
    }

    [Test]
    public async Task Slow_headers_are_cut_off_at_the_timeout()
    {
        using var receiver = new RawReceiver(() => Enumerable.Repeat("x", 1_000_000).Prepend("HTTP/1.1 200 OK\r\nx-drip: "));
        var clock = new ManualTimeProvider();
        await using var service = await TestService.StartAsync(clock: clock);
        var (id, _) = await service.SubscribeAsync(receiver.Url);
        await service.QueueAsync("crs_1");
        await Eventually.TrueAsync(() => receiver.Requests == 1, "the request was received");
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
    public async Task An_answer_that_is_not_HTTP_is_a_failed_attempt(string answer)
    {
        using var receiver = new RawReceiver(() => [answer]);
        var (attempt, _) = await DeliverAsync(receiver.Url);
        Assert.That(attempt.GetProperty("error").GetString(), Is.EqualTo("protocol").Or.EqualTo("connection"));
    }

    [Test]
    public async Task A_truncated_body_after_a_2xx_status_is_a_success()
    {
        using var receiver = new RawReceiver(() => ["HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nshort"]);
        var (attempt, _) = await DeliverAsync(receiver.Url);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(attempt.GetProperty("status").GetInt32(), Is.EqualTo(200));
            Assert.That(attempt.GetProperty("answer").GetString(), Is.EqualTo("short"));
        }
    }

    /// <summary>Delivers a message; returns the stored first attempt and the bytes allocated in this process meanwhile.</summary>
    private static async Task<(JsonElement Attempt, long Allocated)> DeliverAsync(Uri url)
    {
        // The clock does not move, so that no attempt times out.
        await using var service = await TestService.StartAsync(clock: new ManualTimeProvider());
        var (id, _) = await service.SubscribeAsync(url);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        await service.QueueAsync("crs_1");
        var log = await service.WaitForAttemptsAsync(id, 1);
        return (log.GetProperty("attempts")[0], GC.GetTotalAllocatedBytes(precise: true) - before);
    }
}
