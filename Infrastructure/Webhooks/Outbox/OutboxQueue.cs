using System.Data.Common;
using Dapper;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Webhooks.Outbox;

/// <summary>An enabled subscription with a pending delivery; <see cref="DueAt"/> is when its next delivery is due.</summary>
internal sealed record DueSubscription
{
    public string Id { get; init; } = "";

    public long Version { get; init; }

    public long? MaxPerMinute { get; init; }

    public string? Budget { get; init; }

    public bool StrictOrder { get; init; }

    public DateTimeOffset? PausedUntil { get; init; }

    public DateTimeOffset DueAt { get; init; }

    /// <summary>The earliest instant at which a delivery may be sent to it.</summary>
    public DateTimeOffset ReadyAt => PausedUntil > DueAt ? PausedUntil.Value : DueAt;
}

/// <summary>Reads and claims the due deliveries of the outbox.</summary>
internal sealed class OutboxQueue(IDatabase database, IOutboxSql sql)
{
    // SQLite steps in the index from one subscription with pending deliveries to the next, so a turn does not look at the others. A server
    // looks at each subscription with one step in the index.
    private static readonly SqlText SelectDue = new(
        """
        WITH RECURSIVE pending (id) AS (
            SELECT MIN(subscription_id) FROM webhook_deliveries WHERE status = 'pending'
            UNION ALL
            SELECT (SELECT MIN(d.subscription_id) FROM webhook_deliveries AS d WHERE d.status = 'pending' AND d.subscription_id > p.id)
            FROM pending AS p WHERE p.id IS NOT NULL)
        SELECT s.id AS Id, s.version AS Version, s.max_per_minute AS MaxPerMinute, t.budget AS Budget, s.strict_order AS StrictOrder,
            CASE WHEN t.paused_until IS NULL OR s.paused_until > t.paused_until THEN s.paused_until ELSE t.paused_until END AS PausedUntil,
            (SELECT MIN(d.next_attempt_at) FROM webhook_deliveries AS d WHERE d.subscription_id = s.id AND d.status = 'pending') AS DueAt
        FROM pending AS p JOIN webhook_subscriptions AS s ON s.id = p.id
        LEFT JOIN webhook_subscription_states AS t ON t.subscription_id = s.id
        WHERE s.enabled = 1 AND s.releasing IS NULL
        """,
        """
        SELECT id AS Id, version AS Version, max_per_minute AS MaxPerMinute, budget AS Budget, strict_order AS StrictOrder,
            paused_until AS PausedUntil, due_at AS DueAt
        FROM (
            SELECT s.id, s.version, s.max_per_minute, t.budget, s.strict_order,
                   CASE WHEN t.paused_until IS NULL OR s.paused_until > t.paused_until THEN s.paused_until
                       ELSE t.paused_until END AS paused_until,
                   (SELECT MIN(d.next_attempt_at) FROM webhook_deliveries d WHERE d.subscription_id = s.id
                       AND d.status = 'pending') AS due_at
            FROM webhook_subscriptions s
            LEFT JOIN webhook_subscription_states t ON t.subscription_id = s.id
            WHERE s.enabled = 1 AND s.releasing IS NULL) AS pending
        WHERE due_at IS NOT NULL
        """);

    /// <summary>Identifies this dispatcher as the owner of its leases.</summary>
    public string Owner { get; } = Guid.NewGuid().ToString("N");

    public async Task<IReadOnlyList<DueSubscription>> DueAsync(CancellationToken cancellation) =>
        [.. await database.ReadAsync(connection => connection.QueryAsync<DueSubscription>(SelectDue.For(connection)), cancellation)];

    /// <summary>
    /// The due deliveries of a subscription, the longest due first; not claimed yet. Reads in the transaction that claims them, where the
    /// pages are in memory.
    /// </summary>
    public Task<IReadOnlyList<ClaimedDelivery>> CandidatesAsync(
        DbTransaction transaction, string subscriptionId, DateTimeOffset now, int limit) =>
        sql.DueAsync(transaction, subscriptionId, now, limit);

    /// <summary>
    /// The due deliveries of a subscription in strict order; where there are none, when the first one becomes due. This searches the whole
    /// backlog, so it runs before the transaction and other writers do not wait for it.
    /// </summary>
    public async Task<(IReadOnlyList<ClaimedDelivery> Candidates, DateTimeOffset? NextAt)> HeadsAsync(
        string subscriptionId, DateTimeOffset now, int limit, CancellationToken cancellation)
    {
        await AccountHeads.FillInAsync(database, subscriptionId, cancellation);
        return await database.ReadAsync<(IReadOnlyList<ClaimedDelivery>, DateTimeOffset?)>(
            async connection =>
            {
                var heads = await AccountHeads.DueAsync(connection, subscriptionId, now, limit);
                return (heads, heads.Count > 0 ? null : await AccountHeads.NextAsync(connection, subscriptionId, now));
            },
            cancellation);
    }

    /// <summary>Claims the candidates that are still due; returns the sequence numbers of the claimed ones.</summary>
    public Task<IReadOnlySet<long>> ClaimAsync(
        DbTransaction transaction, IReadOnlyCollection<long> candidates, DateTimeOffset now, DateTimeOffset leaseUntil) =>
        sql.ClaimAsync(transaction, candidates, now, leaseUntil, Owner);
}
