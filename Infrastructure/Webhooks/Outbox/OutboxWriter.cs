using System.Data.Common;
using HealthApi.Core.Primitives;
using HealthApi.Core.Webhooks;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Webhooks.Feed;

namespace HealthApi.Infrastructure.Webhooks.Outbox;

/// <summary>
/// Queues messages in the transaction that decided them, so that both commit or neither does. Set <see cref="OutboxSignal"/> after the
/// commit. Repeating an append is harmless: message ids and delivery ids derive from content, and existing rows are left unchanged.
/// </summary>
public sealed class OutboxWriter
{
    private readonly OutboxRoutes _routes = new();
    private readonly IOutboxSql _sql;
    private readonly TimeProvider _time;
    private readonly CrossingFeed? _feed;

    internal OutboxWriter(IOutboxSql sql, TimeProvider time, CrossingFeed? feed = null) => (_sql, _time, _feed) = (sql, time, feed);

    /// <summary>
    /// Queues one delivery for each message and each subscription that takes it: due now, or <c>held</c> where the subscription is
    /// disabled. A message that no subscription takes is not stored. Crossings are also added to the feed of the message bus, where there
    /// is one. Without messages nothing is read or written.
    /// </summary>
    /// <returns>The number of deliveries, and of crossings for the bus, that were added.</returns>
    public async Task<int> AppendAsync(
        DbTransaction transaction, IReadOnlyList<(WebhookMessage Message, WebhookFacts Facts)> messages, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(messages);
        if (messages.Count == 0) return 0;
        var routes = await _routes.LoadAsync(transaction, cancellation);
        var fed = _feed is null ? 0 : await _feed.AppendAsync(transaction, messages);
        return fed + await QueueAsync(transaction, await MatchAsync(transaction, routes, messages, cancellation));
    }

    /// <summary>
    /// Reads the subscriptions before the first transaction that queues messages, so that no writer waits while thousands are read. Later
    /// calls do nothing.
    /// </summary>
    internal Task PrepareAsync(IDatabase database, CancellationToken cancellation) => _routes.PrepareAsync(database, cancellation);

    /// <summary>Queues the message to one subscription, regardless of its types and filter (for a ping or a test message).</summary>
    /// <returns>The delivery's id.</returns>
    internal async Task<string> AppendToAsync(DbTransaction transaction, WebhookMessage message, string subscriptionId)
    {
        var now = Instant.Truncate(_time.GetUtcNow());
        await InsertAsync(
            transaction, [message], [new QueuedDelivery(message.Id, subscriptionId, message.AccountId, DeliveryStatus.Pending, now)]);
        return DeliveryIds.Of(message.Id, subscriptionId);
    }

    /// <summary>
    /// Queues a notice about delivery itself to every enabled subscription but one, regardless of their types and filters.
    /// </summary>
    internal async Task NotifyOthersAsync(
        DbTransaction transaction, WebhookMessage notice, string exceptSubscription, CancellationToken cancellation)
    {
        var others = await OutboxRoutes.OthersAsync(transaction, exceptSubscription, cancellation);
        await QueueAsync(transaction, [(notice, others.Select(id => (id, true)))]);
    }

    /// <summary>The subscriptions that take each message.</summary>
    private static async Task<IEnumerable<(WebhookMessage Message, IEnumerable<(string Id, bool Enabled)> Subscriptions)>> MatchAsync(
        DbTransaction transaction, IReadOnlyList<OutboxRoute> routes, IReadOnlyList<(WebhookMessage Message, WebhookFacts Facts)> messages,
        CancellationToken cancellation)
    {
        var matches = messages
            .Select(entry => (entry.Message, entry.Facts, Routes: routes.Where(route => route.Takes(entry.Facts)).ToList())).ToList();
        var doubtful = matches.SelectMany(
            match => match.Routes.Where(route => route.IsDoubtful(match.Facts)).Select(route => (route.Id, match.Facts.AccountId!)));
        var named = await WatchedAccounts.NamedAsync(transaction, doubtful.ToHashSet(), cancellation);
        return matches.Select(match => (
            match.Message,
            match.Routes.Where(route => !route.IsDoubtful(match.Facts) || named.Contains((route.Id, match.Facts.AccountId!)))
                .Select(route => (route.Id, route.Enabled))));
    }

    private async Task<int> QueueAsync(
        DbTransaction transaction, IEnumerable<(WebhookMessage Message, IEnumerable<(string Id, bool Enabled)> Subscriptions)> entries)
    {
        var now = Instant.Truncate(_time.GetUtcNow());
        var (messages, deliveries) = (new List<WebhookMessage>(), new List<QueuedDelivery>());
        foreach (var (message, subscriptions) in entries)
        {
            var before = deliveries.Count;
            deliveries.AddRange(subscriptions.Select(
                one => new QueuedDelivery(
                    message.Id, one.Id, message.AccountId, one.Enabled ? DeliveryStatus.Pending : DeliveryStatus.Held, now)));
            if (deliveries.Count > before) messages.Add(message);
        }

        return deliveries.Count == 0 ? 0 : await InsertAsync(transaction, messages, deliveries);
    }

    private Task<int> InsertAsync(
        DbTransaction transaction, IReadOnlyCollection<WebhookMessage> messages, IReadOnlyCollection<QueuedDelivery> deliveries) =>
        messages.Any(message => message.Id.Contains('.', StringComparison.Ordinal))
            ? throw new ArgumentException("A message id must not contain a dot: the signed text is id.timestamp.body.")
            : _sql.InsertIfAbsentAsync(transaction, messages, deliveries);
}
