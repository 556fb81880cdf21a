using System.Text.Json;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Core.Webhooks;
using HealthApi.Infrastructure.Webhooks.Outbox;
using Microsoft.Extensions.DependencyInjection;

namespace HealthApi.Api.Tests.Support.Http;

/// <summary>Steps that the webhook tests share.</summary>
internal static class WebhookScenario
{
    /// <summary>Subscribes the receiver through the API; returns the subscription's id and secret.</summary>
    public static async Task<(string Id, string Secret)> SubscribeAsync(
        this TestService service, Uri url, int? maxPerMinute = null, bool strictOrder = false)
    {
        var created = await service.PostAsync(
            "/v1/webhooks",
            new { url = url.ToString(), eventTypes = new[] { WebhookEventTypes.HealthThresholdCrossed }, maxPerMinute, strictOrder });
        return (created.GetProperty("id").GetString()!, created.GetProperty("secret").GetString()!);
    }

    /// <summary>
    /// Appends one message per key to the outbox, as event processing does. Each message is about <paramref name="account"/>, or without
    /// one about an account named like its key.
    /// </summary>
    public static async Task QueueAsync(this TestService service, IEnumerable<string> keys, string? account = null)
    {
        var (writer, now) =
            (service.Services.GetRequiredService<OutboxWriter>(), service.Services.GetRequiredService<TimeProvider>().GetUtcNow());
        var messages = keys.Select(key => Message(key, account ?? key, now)).ToList();
        await service.Database.WriteAsync(
            transaction => writer.AppendAsync(transaction, messages, CancellationToken.None), CancellationToken.None);
        service.Services.GetRequiredService<OutboxSignal>().Set();
    }

    public static Task QueueAsync(this TestService service, string key, string? account = null) => service.QueueAsync([key], account);

    public static string IdOf(string key) => WebhookMessage.IdOf(WebhookEventTypes.HealthThresholdCrossed, key);

    /// <summary>The deliveries of a subscription, newest first.</summary>
    public static Task<IReadOnlyList<JsonElement>> DeliveriesAsync(this TestService service, string subscriptionId, string query = "") =>
        service.ListAsync($"/v1/webhooks/{subscriptionId}/deliveries{query}");

    /// <summary>
    /// Waits until the only delivery of a subscription has this many stored attempts; returns the delivery with its attempts.
    /// </summary>
    public static async Task<JsonElement> WaitForAttemptsAsync(this TestService service, string subscriptionId, int attempts)
    {
        var deliveries = await Eventually.GetAsync(
            () => service.DeliveriesAsync(subscriptionId),
            found => found is [var only] && only.GetProperty("attemptCount").GetInt32() >= attempts,
            $"{attempts} attempts written");
        return await service.GetAsync("/v1/deliveries/" + deliveries[0].GetProperty("id").GetString());
    }

    /// <summary>Waits until no delivery is claimed. Then no attempt is in progress that would time out when the clock moves.</summary>
    public static Task AtRestAsync(this TestService service) =>
        Eventually.GetAsync(service.ClaimedAsync, claimed => claimed == 0, "no delivery is claimed");

    /// <summary>How many deliveries are claimed.</summary>
    public static Task<long> ClaimedAsync(this TestService service) => service.Database.ScalarAsync<long>(
        "SELECT COUNT(*) FROM webhook_deliveries WHERE lease_owner IS NOT NULL");

    /// <summary>
    /// Moves the clock exactly to the delivery's next attempt. If it moved further, the attempt could begin on the way and time out.
    /// </summary>
    public static void MoveToNextAttempt(this ManualTimeProvider clock, JsonElement delivery) =>
        clock.MoveTo(delivery.GetProperty("nextAttemptAt").GetDateTimeOffset());

    private static (WebhookMessage Message, WebhookFacts Facts) Message(string key, string account, DateTimeOffset at)
    {
        var data = JsonSerializer.SerializeToElement(new { crossingId = key, accountId = account });
        var message = WebhookMessage.Create(
            key, WebhookEventTypes.HealthThresholdCrossed, account, at, data, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        return (message, WebhookFacts.OfType(WebhookEventTypes.HealthThresholdCrossed));
    }
}
