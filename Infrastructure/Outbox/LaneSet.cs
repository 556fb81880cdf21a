using System.Security.Cryptography;
using Dapper;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Webhooks;
using Microsoft.Extensions.Logging;

namespace HealthApi.Infrastructure.Outbox;

/// <summary>The lanes of a dispatcher, kept in step with the subscriptions.</summary>
internal sealed class LaneSet(IDatabase database, SecretVault vault, LaneParts parts, ILogger logger)
{
    private const string SelectTarget = "SELECT " + SubscriptionRow.Columns + " FROM webhook_subscriptions WHERE id = @Id";

    private static readonly TimeSpan KeepIdle = TimeSpan.FromMinutes(10);

    private readonly Dictionary<string, Entry> _lanes = new(StringComparer.Ordinal);

    public int InFlight => _lanes.Values.Sum(entry => entry.Lane.InFlight);

    /// <summary>Whether there is something to send and every lane that has any has so much of it that results can wait.</summary>
    public bool HavePlenty => _lanes.Values.Where(entry => !entry.Lane.IsIdle).ToList() is { Count: > 0 } busy && busy.TrueForAll(entry => entry.Lane.HasPlenty);

    /// <summary>The lane of a subscription; null where nothing was due for it yet, or its secrets cannot be opened.</summary>
    public SubscriptionLane? Find(string id) => _lanes.TryGetValue(id, out var entry) && entry.Lane.Target is not null ? entry.Lane : null;

    /// <summary>Makes lanes for what is ready, brings their targets up to date, and empties those whose subscription is disabled or gone.</summary>
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
        if (!_lanes.TryGetValue(subscription.Id, out var entry)) _lanes.Add(subscription.Id, entry = new Entry(new SubscriptionLane(subscription.Id, parts)));
        entry.UsedAt = now;
        if (entry.Version == subscription.Version) return;
        entry.Lane.Retarget(await LoadAsync(subscription.Id, cancellation));
        entry.Version = subscription.Version;
    }

    private async Task<LaneTarget?> LoadAsync(string id, CancellationToken cancellation)
    {
        var row = await database.ReadAsync(connection => connection.QuerySingleOrDefaultAsync<SubscriptionRow>(SelectTarget, new { Id = id }), cancellation);
        if (row is null) return null;
        try
        {
            return new LaneTarget(new Uri(row.Url), SecretRing.Open(vault, id, row.Secrets));
        }
        catch (CryptographicException failure)
        {
            logger.LogError(failure, "The secrets of webhook subscription {Id} cannot be opened; its deliveries wait until they can", id);
            return null;
        }
    }

    private sealed class Entry(SubscriptionLane lane)
    {
        public SubscriptionLane Lane { get; } = lane;

        public long Version { get; set; }

        public DateTimeOffset UsedAt { get; set; }
    }
}
