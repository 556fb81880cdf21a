using System.Globalization;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Core.Primitives;
using HealthApi.Core.Webhooks;
using HealthApi.Infrastructure.Webhooks.Subscriptions;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace HealthApi.Api.Tests.EndToEnd.Webhooks.Faults;

/// <summary>A thousand receivers behind one gateway fail and recover at the same time.</summary>
internal sealed class ReturningTogetherTests
{
    private const int Subscriptions = 1_000;

    private static readonly TimeSpan Slot = TimeSpan.FromSeconds(30);

    private readonly ManualTimeProvider _clock = new();

    [Test]
    public async Task A_thousand_retries_are_spread_by_the_jitter()
    {
        await using var gateway = await WebhookReceiver.StartAsync();
        gateway.DefaultAnswer = WebhookReceiver.Status(502);
        await using var service = await TestService.StartAsync(["Webhooks:RetrySchedule=00:30:00"], _clock);
        await SubscribeAllAsync(service, gateway.Url);
        await service.QueueAsync("crs_1", "acme");
        await gateway.WaitForAsync(Subscriptions);
        await CountAsync(service, "attempts = 1 AND lease_owner IS NULL", Subscriptions);
        gateway.DefaultAnswer = WebhookReceiver.Status(200);

        var failedAt = _clock.GetUtcNow();
        for (var passed = TimeSpan.FromMinutes(23); passed <= TimeSpan.FromMinutes(37); passed += Slot)
        {
            _clock.JumpTo(failedAt + passed);
            await CountAsync(
                service, $"lease_owner IS NOT NULL OR (status = 'pending' AND next_attempt_at <= {(failedAt + passed).ToMicroseconds()})",
                0);
        }

        var perSlot = gateway.Received.Skip(Subscriptions).GroupBy(received => SlotOf(received, failedAt))
            .ToDictionary(slot => slot.Key, slot => slot.Count());
        var (first, last) = ((int)(TimeSpan.FromMinutes(24) / Slot), (int)(TimeSpan.FromMinutes(36) / Slot));
        var (mean, peak) = ((double)Subscriptions / (last - first), perSlot.Values.Max());
        TestContext.Out.WriteLine($"requests per {Slot.TotalSeconds} s: mean {mean:F1}, peak {peak}, peak/mean {peak / mean:F2}");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(gateway.Received, Has.Count.EqualTo(2 * Subscriptions), "each delivery is attempted exactly twice");
            Assert.That(perSlot.Keys, Is.All.InRange(first, last + 1), "all retries are within ± 20 % of half an hour");
            Assert.That(peak / mean, Is.LessThan(2), "the peak rate of requests is less than twice the mean");
        }
    }

    private static async Task SubscribeAllAsync(TestService service, Uri url)
    {
        var store = service.Services.GetRequiredService<WebhookSubscriptionStore>();
        var settings = new WebhookSettings(url.ToString(), [WebhookEventTypes.HealthThresholdCrossed], null, null, null);
        foreach (var chunk in Enumerable.Range(0, Subscriptions).Chunk(50))
            await Task.WhenAll(chunk.Select(_ => store.CreateAsync(settings, null, CancellationToken.None)));
    }

    private static Task<long> CountAsync(TestService service, string condition, long expected) => Eventually.GetAsync(
        () => service.Database.ScalarAsync<long>("SELECT COUNT(*) FROM webhook_deliveries WHERE " + condition),
        count => count == expected,
        $"{expected} deliveries with {condition}");

    private static int SlotOf(ReceivedWebhook received, DateTimeOffset from) =>
        (int)((DateTimeOffset.FromUnixTimeSeconds(long.Parse(received["webhook-timestamp"]!, CultureInfo.InvariantCulture)) - from) / Slot);
}
