using HealthApi.Core.Webhooks;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Webhooks.Outbox;

namespace HealthApi.Infrastructure.Webhooks.Subscriptions;

/// <summary>Sends the example of a message type, so that a receiver can be tested before anything has happened.</summary>
public sealed class TestMessages(IDatabase database, OutboxWriter outbox, OutboxSignal signal, TimeProvider time)
{
    /// <summary>The prefix of the ids of test messages; no other message id has it.</summary>
    public const string IdPrefix = "msg_test_";

    /// <summary>
    /// Queues the type's example to the subscription, regardless of its types and filter. The <c>data</c> is exactly that of the example;
    /// the timestamp is now.
    /// </summary>
    /// <returns>The delivery's id.</returns>
    public async Task<string> SendAsync(string subscriptionId, WebhookEventType type, string? trace, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(type);
        var (key, data) = (Guid.NewGuid().ToString("N"), type.Example.GetProperty("data"));
        var message = WebhookMessage.Create(key, type.Name, null, time.GetUtcNow(), data, trace) with { Id = IdPrefix + key };
        var id = await database.WriteAsync(transaction => outbox.AppendToAsync(transaction, message, subscriptionId), cancellation);
        signal.Set();
        return id;
    }
}
