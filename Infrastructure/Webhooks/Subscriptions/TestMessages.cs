using HealthApi.Core.Webhooks;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Webhooks.Outbox;

namespace HealthApi.Infrastructure.Webhooks.Subscriptions;

/// <summary>Sends the example of a type, so that a receiver can be tried before anything has happened.</summary>
public sealed class TestMessages(IDatabase database, OutboxWriter outbox, OutboxSignal signal, TimeProvider time)
{
    /// <summary>What the ids of such messages begin with; no other message's id does.</summary>
    public const string IdPrefix = "msg_test_";

    /// <summary>
    /// Queues the type's example to the subscription, whatever types and filter it asks for. Its <c>data</c> is the example's to the
    /// letter; its timestamp is now.
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
