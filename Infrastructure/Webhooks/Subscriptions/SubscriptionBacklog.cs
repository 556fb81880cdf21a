using System.Data.Common;
using Dapper;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Webhooks.Outbox;
using HealthApi.Infrastructure.Webhooks.Sending;
using Microsoft.Extensions.Options;

namespace HealthApi.Infrastructure.Webhooks.Subscriptions;

/// <summary>
/// Holds the pending deliveries of a disabled subscription, and releases the held deliveries of one that is being enabled, in chunks of one
/// transaction each. The work that is left follows from the store (a disabled subscription with pending deliveries; <c>releasing</c>), so
/// any process can continue it.
/// </summary>
public sealed class SubscriptionBacklog(IDatabase database, IOptions<WebhookOptions> options, TimeProvider time)
{
    /// <summary>The largest number of deliveries in a chunk: far below the 5,000 locks at which SQL Server locks the whole table.</summary>
    internal const int ChunkSize = 1000;

    /// <summary>A release that has written no chunk for this long may be continued by any process.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private const string Latest = "latest";

    private const string Open = """
        SELECT s.id AS Id, s.releasing AS Releasing FROM webhook_subscriptions AS s
        WHERE s.releasing IS NULL AND s.enabled = 0 AND EXISTS (SELECT 1 FROM webhook_deliveries AS d WHERE d.subscription_id = s.id
            AND d.status = 'pending')
            OR s.releasing IS NOT NULL AND s.released_at < @Stale
        """;

    // Writing the row prevents the subscription from being switched while the chunk is written.
    private const string StaysDisabled =
        "UPDATE webhook_subscriptions SET enabled = 0 WHERE id = @Id AND enabled = 0 AND releasing IS NULL";

    private const string StaysReleasing = "UPDATE webhook_subscriptions SET released_at = @Now WHERE id = @Id AND releasing IS NOT NULL";

    private const string SelectChoice = "SELECT releasing FROM webhook_subscriptions WHERE id = @Id";

    /// <summary>Holds the pending deliveries. Does nothing where the subscription is enabled, or being enabled.</summary>
    public Task HoldAsync(string subscriptionId, CancellationToken cancellation) =>
        Chunks.WriteAsync(database, ChunkSize, transaction => HoldChunkAsync(transaction, subscriptionId), cancellation);

    /// <summary>
    /// Releases the held deliveries of a subscription whose release has begun, and enables it with the last chunk. Returns the numbers of
    /// this call.
    /// </summary>
    public async Task<ReleasedDeliveries> ReleaseAsync(string subscriptionId, CancellationToken cancellation)
    {
        var choice = await database.ReadAsync(
            connection => connection.QuerySingleOrDefaultAsync<string?>(SelectChoice, new { Id = subscriptionId }), cancellation);
        var outdated = choice == Latest ? await OutdatedDeliveries.LoadAsync(database, subscriptionId, cancellation) : null;
        var (queued, skipped) = (0, 0);
        // The second pass runs while no writer queues messages, so it includes what came during the first.
        foreach (var isLast in (bool[])[false, true])
        {
            var chunk = (Queued: 0, Skipped: 0);
            await Chunks.WriteAsync(
                database,
                ChunkSize,
                async transaction =>
                {
                    chunk = await ReleaseChunkAsync(transaction, subscriptionId, outdated, isLast);
                    return chunk.Queued + chunk.Skipped;
                },
                cancellation,
                written: _ => (queued, skipped) = (queued + chunk.Queued, skipped + chunk.Skipped));
        }

        return new ReleasedDeliveries(queued, skipped);
    }

    /// <summary>
    /// Continues what was begun and interrupted: holding after a dispatcher has disabled a subscription, or the work of a process that
    /// died.
    /// </summary>
    /// <returns>Whether there was anything to continue.</returns>
    internal async Task<bool> FinishAsync(CancellationToken cancellation)
    {
        var parameters = new { Stale = time.GetUtcNow() - Patience };
        var open = (await database.ReadAsync(connection => connection.QueryAsync<OpenRow>(Open, parameters), cancellation)).AsList();
        foreach (var subscription in open)
        {
            if (subscription.Releasing is null) await HoldAsync(subscription.Id, cancellation);
            else await ReleaseAsync(subscription.Id, cancellation);
        }

        return open.Count > 0;
    }

    private static async Task<int> HoldChunkAsync(DbTransaction transaction, string id)
    {
        var connection = transaction.Connection!;
        if (await connection.ExecuteAsync(StaysDisabled, new { Id = id }, transaction) == 0) return 0;
        return await connection.ExecuteAsync(BacklogSql.HoldPending.For(connection), new { Id = id, Limit = ChunkSize }, transaction);
    }

    /// <param name="isLast">Whether writers are blocked until this chunk is written; the subscription is then enabled with it where nothing
    /// is left.</param>
    private async Task<(int Queued, int Skipped)> ReleaseChunkAsync(
        DbTransaction transaction, string id, OutdatedDeliveries? outdated, bool isLast)
    {
        var (connection, now) = (transaction.Connection!, time.GetUtcNow());
        if (isLast) await RouteChanges.CloseAsync(transaction);
        if (await connection.ExecuteAsync(StaysReleasing, new { Id = id, Now = now }, transaction) == 0) return (0, 0);
        var onlyLatest = await connection.QuerySingleAsync<string>(SelectChoice, new { Id = id }, transaction) == Latest;
        // The choice has changed to the latest meanwhile; the call that changed it continues the release.
        if (onlyLatest && outdated is null) return (0, 0);
        var chunk = (
            await connection.QueryAsync<long>(BacklogSql.SelectHeld.For(connection), new { Id = id, Limit = ChunkSize }, transaction))
            .AsList();
        var old = onlyLatest ? await outdated!.FindAsync(transaction, id, chunk) : [];
        var parameters = new
        {
            Id = id,
            Seqs = JsonRows.Of(connection, chunk),
            Old = JsonRows.Of(connection, old),
            Now = now,
            LeaseUntil = now + options.Value.Lease
        };
        var skipped = old.Count > 0 ? await connection.ExecuteAsync(BacklogSql.SkipOutdated.For(connection), parameters, transaction) : 0;
        var queued = await connection.ExecuteAsync(BacklogSql.QueueHeld.For(connection), parameters, transaction);
        if (isLast && chunk.Count < ChunkSize) await SubscriptionSwitch.EnableAsync(transaction, id, now);
        return (queued, skipped);
    }

    private sealed record OpenRow
    {
        public string Id { get; init; } = "";

        public string? Releasing { get; init; }
    }
}
