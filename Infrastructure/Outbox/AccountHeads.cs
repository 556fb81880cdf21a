using System.Data.Common;
using Dapper;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Outbox;

/// <summary>
/// The due side of a subscription in strict order: of each account only the first message that is pending counts, whether it is due, waits for its
/// retry or is under way. What was given up or is held stands in nobody's way; messages about no account wait for nothing.
/// </summary>
internal static class AccountHeads
{
    private const string Heads = """
        FROM webhook_deliveries d
        JOIN webhook_messages m ON m.id = d.message_id
        WHERE d.subscription_id = @SubscriptionId AND d.status = 'pending' AND NOT EXISTS (
            SELECT 1
            FROM webhook_messages em
            JOIN webhook_deliveries e ON e.message_id = em.id
            WHERE em.account_id = m.account_id AND e.subscription_id = d.subscription_id AND e.status = 'pending' AND e.seq < d.seq)
        """;

    private const string DueHeads = DueRow.Columns + " " + Heads + """
          AND d.next_attempt_at <= @Now
        ORDER BY d.next_attempt_at, d.seq
        """;

    private const string SelectNext = "SELECT MIN(d.next_attempt_at) " + Heads + " AND d.next_attempt_at > @Now";

    private static readonly SqlText SelectDue = new("SELECT " + DueHeads + " LIMIT @Limit", "SELECT TOP (@Limit) " + DueHeads);

    /// <summary>Those that are due, the longest due first; not claimed yet.</summary>
    public static async Task<IReadOnlyList<ClaimedDelivery>> DueAsync(DbTransaction transaction, string subscriptionId, DateTimeOffset now, int limit)
    {
        var (connection, parameters) = (transaction.Connection!, new { SubscriptionId = subscriptionId, Now = now, Limit = limit });
        return [.. (await connection.QueryAsync<DueRow>(SelectDue.For(connection), parameters, transaction)).Select(row => row.ToDelivery())];
    }

    /// <summary>When the next of them is due; null where none is to come.</summary>
    public static Task<DateTimeOffset?> NextAsync(DbTransaction transaction, string subscriptionId, DateTimeOffset now) =>
        transaction.Connection!.QuerySingleOrDefaultAsync<DateTimeOffset?>(SelectNext, new { SubscriptionId = subscriptionId, Now = now }, transaction);
}
