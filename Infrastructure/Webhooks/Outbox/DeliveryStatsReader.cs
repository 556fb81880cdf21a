using System.Data.Common;
using Dapper;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Webhooks.Outbox;

/// <summary>
/// Computes the statistics of a subscription from its deliveries. Every statement seeks by subscription, and by time where a period is
/// given.
/// </summary>
public sealed class DeliveryStatsReader(IDatabase database)
{
    private const string SelectState = """
        SELECT COALESCE(s.failing_since, t.failing_since) AS FailingSince,
               CASE WHEN t.paused_until IS NULL OR s.paused_until > t.paused_until THEN s.paused_until
                   ELSE t.paused_until END AS PausedUntil
        FROM webhook_subscriptions AS s LEFT JOIN webhook_subscription_states AS t ON t.subscription_id = s.id
        WHERE s.id = @Id
        """;

    private const string CountDeliveries = """
        SELECT status AS Status, COUNT(*) AS Number FROM webhook_deliveries WHERE subscription_id = @Id AND created_at >= @Since
            GROUP BY status
        """;

    private const string CountPending = """
        SELECT COUNT(*) AS Number, MIN(created_at) AS Oldest FROM webhook_deliveries WHERE subscription_id = @Id AND status = 'pending'
        """;

    private const string CountHeld =
        "SELECT COUNT(*) FROM webhook_deliveries WHERE subscription_id = @Id AND status = 'held' AND status IN ('failed', 'held')";

    private const string CountAttempts = """
        SELECT COUNT(*) AS Attempts, COALESCE(SUM(CASE WHEN a.status BETWEEN 200 AND 299 THEN 1 ELSE 0 END), 0) AS Succeeded
        FROM webhook_deliveries d
        JOIN webhook_attempts a ON a.delivery_seq = d.seq
        WHERE d.subscription_id = @Id AND d.created_at >= @Since
        """;

    // Nearest rank: the shortest duration that 50 (or 95) of 100 attempts do not exceed.
    private const string SelectPercentiles = """
        SELECT MIN(CASE WHEN place * 100.0 >= total * 50.0 THEN duration_ms END) AS P50, MIN(CASE
            WHEN place * 100.0 >= total * 95.0 THEN duration_ms END) AS P95
        FROM (
            SELECT a.duration_ms, ROW_NUMBER() OVER (ORDER BY a.duration_ms) AS place, COUNT(*) OVER () AS total
            FROM webhook_deliveries d
            JOIN webhook_attempts a ON a.delivery_seq = d.seq
            WHERE d.subscription_id = @Id AND d.created_at >= @Since AND a.status IS NOT NULL) AS ranked
        """;

    /// <summary>Null where there is no such subscription.</summary>
    public Task<DeliveryStats?> ReadAsync(string subscriptionId, DateTimeOffset since, CancellationToken cancellation) =>
        database.ReadAsync(connection => ReadAsync(connection, new { Id = subscriptionId, Since = since }, since), cancellation);

    private static async Task<DeliveryStats?> ReadAsync(DbConnection connection, object parameters, DateTimeOffset since)
    {
        if (await connection.QuerySingleOrDefaultAsync<StateRow>(SelectState, parameters) is not { } state) return null;
        var counts = (await connection.QueryAsync<CountRow>(CountDeliveries, parameters))
            .ToDictionary(row => row.Status, row => row.Number, StringComparer.Ordinal);
        var pending = await connection.QuerySingleAsync<PendingRow>(CountPending, parameters);
        var attempts = await connection.QuerySingleAsync<AttemptsRow>(CountAttempts, parameters);
        var durations = await connection.QuerySingleAsync<PercentilesRow>(SelectPercentiles, parameters);
        return new DeliveryStats
        {
            Since = since,
            Attempts = attempts.Attempts,
            Succeeded = attempts.Succeeded,
            P50 = durations.P50,
            P95 = durations.P95,
            Deliveries = DeliveryStatus.All.ToDictionary(status => status, status => counts.GetValueOrDefault(status)),
            Pending = pending.Number,
            Held = await connection.ExecuteScalarAsync<long>(CountHeld, parameters),
            OldestPendingAt = pending.Oldest,
            FailingSince = state.FailingSince,
            PausedUntil = state.PausedUntil,
        };
    }

    private sealed record StateRow
    {
        public DateTimeOffset? FailingSince { get; init; }

        public DateTimeOffset? PausedUntil { get; init; }
    }

    private sealed record CountRow
    {
        public string Status { get; init; } = "";

        public long Number { get; init; }
    }

    private sealed record PendingRow
    {
        public long Number { get; init; }

        public DateTimeOffset? Oldest { get; init; }
    }

    private sealed record AttemptsRow
    {
        public long Attempts { get; init; }

        public long Succeeded { get; init; }
    }

    private sealed record PercentilesRow
    {
        public double? P50 { get; init; }

        public double? P95 { get; init; }
    }
}
