using System.Data.Common;
using HealthApi.Core;
using HealthApi.Core.Webhooks;

namespace HealthApi.Infrastructure.Outbox;

/// <summary>
/// Queues messages in the transaction that decided them, so both commit or neither does. Set <see cref="OutboxSignal"/> after the commit.
/// Repeating an append is harmless: message ids and delivery ids follow from content, and what is there already is left alone.
/// </summary>
public sealed class OutboxWriter(TimeProvider time)
{
    private readonly OutboxRoutes _routes = new();

    /// <summary>
    /// Queues one delivery per message and subscription that takes it: due now, or <c>held</c> where the subscription is disabled.
    /// A message that no subscription takes is not kept. Costs nothing without messages.
    /// </summary>
    /// <returns>How many deliveries were queued and were not there before.</returns>
    public async Task<int> AppendAsync(
        DbTransaction transaction, IReadOnlyList<(WebhookMessage Message, WebhookFacts Facts)> messages, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(messages);
        if (messages.Count == 0) return 0;
        var routes = await _routes.LoadAsync(transaction, cancellation);
        return messages.Sum(entry => Append(transaction, entry.Message, routes.Where(route => route.Takes(entry.Facts))));
    }

    /// <summary>Queues the message to one subscription, whatever types and filter it asks for (a ping).</summary>
    /// <returns>The delivery's id.</returns>
    internal string AppendTo(DbTransaction transaction, WebhookMessage message, string subscriptionId)
    {
        transaction.AddMessage(message);
        transaction.AddDelivery(message.Id, subscriptionId, DeliveryStatus.Pending, time.GetUtcNow().ToMicroseconds());
        return DeliveryIds.Of(message.Id, subscriptionId);
    }

    /// <summary>Queues a notice about delivery itself to every enabled subscription but one, whatever types and filter they ask for.</summary>
    internal async Task NotifyOthersAsync(DbTransaction transaction, WebhookMessage notice, string exceptSubscription, CancellationToken cancellation)
    {
        var routes = await _routes.LoadAsync(transaction, cancellation);
        Append(transaction, notice, routes.Where(route => route.Enabled && route.Id != exceptSubscription));
    }

    private int Append(DbTransaction transaction, WebhookMessage message, IEnumerable<OutboxRoute> routes)
    {
        var now = time.GetUtcNow().ToMicroseconds();
        var (kept, queued) = (false, 0);
        foreach (var route in routes)
        {
            if (!kept) transaction.AddMessage(message);
            kept = true;
            queued += transaction.AddDelivery(message.Id, route.Id, route.Enabled ? DeliveryStatus.Pending : DeliveryStatus.Held, now);
        }

        return queued;
    }
}
