using Dapper;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Secrets;
using HealthApi.Infrastructure.Webhooks.Outbox;
using HealthApi.Infrastructure.Webhooks.Sending;
using HealthApi.Infrastructure.Webhooks.Subscriptions;
using Microsoft.Extensions.Logging;

namespace HealthApi.Infrastructure.Webhooks.Dispatch;

/// <summary>The lanes of a dispatcher, kept in step with the subscriptions.</summary>
internal sealed class SubscriptionSenders(IDatabase database, SecretVault vault, SenderContext parts, ILogger logger)
{
    private const string SelectTarget = "SELECT " + SubscriptionRow.Columns + " FROM webhook_subscriptions WHERE id = @Id";

    /// <summary>After so long it is tried again whether secrets can be opened by now: another process may have sealed them anew.</summary>
    private static readonly TimeSpan UnreadableFor = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan KeepIdle = TimeSpan.FromMinutes(10);

    private readonly Dictionary<string, Entry> _lanes = new(StringComparer.Ordinal);

    public int InFlight => _lanes.Values.Sum(entry => entry.Lane.InFlight);

    /// <summary>Whether there is something to send and every lane that has any has so much of it that results can wait.</summary>
    public bool HavePlenty =>
        _lanes.Values.Where(entry => !entry.Lane.IsIdle).ToList() is { Count: > 0 } busy && busy.TrueForAll(entry => entry.Lane.HasPlenty);

    /// <summary>The lane of a subscription; null where nothing was due for it yet, or its secrets cannot be opened.</summary>
    public SubscriptionSender? Find(string id) =>
        _lanes.TryGetValue(id, out var entry) && entry.Lane.Target is not null ? entry.Lane : null;

    /// <summary>
    /// Makes lanes for what is ready, brings their targets up to date, and empties those whose subscription is disabled or gone.
    /// </summary>
    public async Task SyncAsync(IReadOnlyList<DueSubscription> due, DateTimeOffset now, CancellationToken cancellation)
    {
        foreach (var subscription in due.Where(subscription => subscription.ReadyAt <= now || _lanes.ContainsKey(subscription.Id)))
            await UpdateAsync(subscription, now, cancellation);
        if (_lanes.Count == 0) return;
        var pending = due.Select(subscription => subscription.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var (id, entry) in _lanes.Where(lane => !pending.Contains(lane.Key)).ToList())
        {
            entry.Lane.DropUnsent();
            if (entry.Lane.IsIdle && now - entry.UsedAt > KeepIdle) _lanes.Remove(id);
        }
    }

    public void DropUnsent()
    {
        foreach (var entry in _lanes.Values) entry.Lane.DropUnsent();
    }

    private async Task UpdateAsync(DueSubscription subscription, DateTimeOffset now, CancellationToken cancellation)
    {
        if (!_lanes.TryGetValue(subscription.Id, out var entry))
            _lanes.Add(subscription.Id, entry = new Entry(new SubscriptionSender(subscription.Id, parts)));
        entry.UsedAt = now;
        if (entry.Version == subscription.Version && !(entry.TryAgainAt <= now)) return;
        var row = await database.ReadAsync(
            connection => connection.QuerySingleOrDefaultAsync<SubscriptionRow>(SelectTarget, new { subscription.Id }), cancellation);
        var ring = row is null ? null : SecretRing.TryOpen(vault, subscription.Id, row.Secrets);
        var isUnreadable = row is not null && ring is null;
        if (isUnreadable && entry.TryAgainAt is null)
            logger.LogError(
                "The secrets of webhook subscription {Id} cannot be opened; its deliveries wait until they can", subscription.Id);
        entry.Lane.Retarget(ring is null ? null : new SenderTarget(new Uri(row!.Url), ring));
        (entry.Version, entry.TryAgainAt) = (subscription.Version, isUnreadable ? now + UnreadableFor : null);
    }

    private sealed class Entry(SubscriptionSender lane)
    {
        public SubscriptionSender Lane { get; } = lane;

        public long Version { get; set; }

        public DateTimeOffset UsedAt { get; set; }

        /// <summary>When secrets that could not be opened are tried again; null where they could.</summary>
        public DateTimeOffset? TryAgainAt { get; set; }
    }
}
