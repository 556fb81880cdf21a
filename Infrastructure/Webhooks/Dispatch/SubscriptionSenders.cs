using Dapper;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Secrets;
using HealthApi.Infrastructure.Webhooks.Outbox;
using HealthApi.Infrastructure.Webhooks.Sending;
using HealthApi.Infrastructure.Webhooks.Subscriptions;
using Microsoft.Extensions.Logging;

namespace HealthApi.Infrastructure.Webhooks.Dispatch;

/// <summary>The subscription senders of a dispatcher, kept up to date with the subscriptions.</summary>
internal sealed class SubscriptionSenders(IDatabase database, SecretVault vault, SenderContext context, ILogger logger)
{
    private const string SelectTarget = "SELECT " + SubscriptionRow.Columns + " FROM webhook_subscriptions WHERE id = @Id";

    /// <summary>
    /// How long until secrets that could not be opened are tried again: another process may have sealed them with a known key.
    /// </summary>
    private static readonly TimeSpan UnreadableFor = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan KeepIdle = TimeSpan.FromMinutes(10);

    private readonly Dictionary<string, Entry> _senders = new(StringComparer.Ordinal);

    public int InFlight => _senders.Values.Sum(entry => entry.Sender.InFlight);

    /// <summary>Whether some sender is busy, and every busy sender has so much to send that results can wait.</summary>
    public bool HavePlenty =>
        _senders.Values.Where(entry => !entry.Sender.IsIdle).ToList() is { Count: > 0 } busy
        && busy.TrueForAll(entry => entry.Sender.HasPlenty);

    /// <summary>The sender of a subscription; null where nothing was due for it yet, or its secrets cannot be opened.</summary>
    public SubscriptionSender? Find(string id) =>
        _senders.TryGetValue(id, out var entry) && entry.Sender.Target is not null ? entry.Sender : null;

    /// <summary>
    /// Creates senders for subscriptions with ready deliveries, updates their targets, and empties the senders whose subscription is
    /// disabled or deleted.
    /// </summary>
    public async Task SyncAsync(IReadOnlyList<DueSubscription> due, DateTimeOffset now, CancellationToken cancellation)
    {
        foreach (var subscription in due.Where(subscription => subscription.ReadyAt <= now || _senders.ContainsKey(subscription.Id)))
            await UpdateAsync(subscription, now, cancellation);
        if (_senders.Count == 0) return;
        var pending = due.Select(subscription => subscription.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var (id, entry) in _senders.Where(pair => !pending.Contains(pair.Key)).ToList())
        {
            entry.Sender.DropUnsent();
            if (entry.Sender.IsIdle && now - entry.UsedAt > KeepIdle) _senders.Remove(id);
        }
    }

    public void DropUnsent()
    {
        foreach (var entry in _senders.Values) entry.Sender.DropUnsent();
    }

    private async Task UpdateAsync(DueSubscription subscription, DateTimeOffset now, CancellationToken cancellation)
    {
        if (!_senders.TryGetValue(subscription.Id, out var entry))
            _senders.Add(subscription.Id, entry = new Entry(new SubscriptionSender(subscription.Id, context)));
        entry.UsedAt = now;
        if (entry.Version == subscription.Version && !(entry.TryAgainAt <= now)) return;
        var row = await database.ReadAsync(
            connection => connection.QuerySingleOrDefaultAsync<SubscriptionRow>(SelectTarget, new { subscription.Id }), cancellation);
        var ring = row is null ? null : SecretRing.TryOpen(vault, subscription.Id, row.Secrets);
        var isUnreadable = row is not null && ring is null;
        if (isUnreadable && entry.TryAgainAt is null)
        {
            logger.LogError(
                "The secrets of webhook subscription {Id} cannot be opened; its deliveries wait until they can be opened", subscription.Id);
        }

        entry.Sender.Retarget(ring is null ? null : new SenderTarget(new Uri(row!.Url), ring));
        (entry.Version, entry.TryAgainAt) = (subscription.Version, isUnreadable ? now + UnreadableFor : null);
    }

    private sealed class Entry(SubscriptionSender sender)
    {
        public SubscriptionSender Sender { get; } = sender;

        public long Version { get; set; }

        public DateTimeOffset UsedAt { get; set; }

        /// <summary>When opening the secrets is tried again; null where they could be opened.</summary>
        public DateTimeOffset? TryAgainAt { get; set; }
    }
}
