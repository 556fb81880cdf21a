using System.Data.Common;
using Dapper;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Webhooks.Outbox;

/// <summary>
/// The due deliveries of a subscription in strict order. Only the first pending delivery of each account (the head) may be sent; until it
/// ends, whether it is due, waits for its retry or is in flight, the account's other deliveries wait. Failed and held deliveries do not
/// block others, and messages about no account do not wait. Heads are read from an index of pending deliveries by account, before the
/// transaction of the writer.
/// </summary>
internal static class AccountHeads
{
    /// <summary>The account id of a message about no account.</summary>
    public const string NoAccount = "";

    private const int ChunkSize = 1000;

    // All deliveries about no account are heads.
    private const string Heads = """
        FROM (
            SELECT MIN(seq) AS head FROM webhook_deliveries
            WHERE subscription_id = @SubscriptionId AND status = 'pending' AND account_id > '' GROUP BY account_id
            UNION ALL
            SELECT seq AS head FROM webhook_deliveries WHERE subscription_id = @SubscriptionId AND status = 'pending' AND account_id = ''
        ) AS h
        JOIN webhook_deliveries AS p ON p.seq = h.head
        """;

    private static readonly SqlText SelectDue = new(
        "SELECT " + DueRow.Columns + " FROM (SELECT p.seq AS due " + Heads + """
         WHERE p.next_attempt_at <= @Now ORDER BY p.next_attempt_at, p.seq LIMIT @Limit) AS f
        JOIN webhook_deliveries AS d ON d.seq = f.due
        JOIN webhook_messages AS m ON m.id = d.message_id
        ORDER BY d.next_attempt_at, d.seq
        """,
        "SELECT " + DueRow.Columns + " FROM (SELECT TOP (@Limit) p.seq AS due " + Heads + """
         WHERE p.next_attempt_at <= @Now ORDER BY p.next_attempt_at, p.seq) AS f
        JOIN webhook_deliveries AS d ON d.seq = f.due
        JOIN webhook_messages AS m ON m.id = d.message_id
        ORDER BY d.next_attempt_at, d.seq
        """);

    private const string SelectNext = "SELECT MIN(p.next_attempt_at) " + Heads + " WHERE p.next_attempt_at > @Now";

    // Checks deliveries that were heads when they were read: an earlier one may have been queued again since.
    private const string Still = """
         AND NOT EXISTS (
            SELECT 1 FROM webhook_deliveries AS e
            WHERE e.subscription_id = d.subscription_id AND e.status = 'pending' AND e.account_id = d.account_id AND e.account_id > ''
                AND e.seq < d.seq)
        """;

    private static readonly SqlText SelectStill = new(
        "SELECT d.seq FROM webhook_deliveries AS d WHERE d.seq IN (SELECT value FROM json_each(@Seqs))" + Still,
        "SELECT d.seq FROM webhook_deliveries AS d WHERE d.seq IN (SELECT j.v FROM OPENJSON(@Seqs) WITH (v bigint '$') AS j)" + Still);

    private static readonly SqlText SelectUnknown = new(
        "SELECT seq FROM webhook_deliveries WHERE subscription_id = @SubscriptionId AND status = 'pending' AND account_id IS NULL LIMIT "
            + "@Limit",
        "SELECT TOP (@Limit) seq FROM webhook_deliveries WHERE subscription_id = @SubscriptionId AND status = 'pending' AND account_id IS "
            + "NULL");

    private static readonly SqlText FillIn = new(
        """
        UPDATE webhook_deliveries SET account_id = COALESCE((SELECT m.account_id FROM webhook_messages AS m
            WHERE m.id = webhook_deliveries.message_id), '')
        WHERE seq IN (SELECT value FROM json_each(@Seqs))
        """,
        """
        UPDATE webhook_deliveries SET account_id = COALESCE((SELECT m.account_id FROM webhook_messages AS m
            WHERE m.id = webhook_deliveries.message_id), '')
        WHERE seq IN (SELECT j.v FROM OPENJSON(@Seqs) WITH (v bigint '$') AS j)
        """);

    /// <summary>The heads that are due, the longest due first; not claimed yet.</summary>
    public static async Task<IReadOnlyList<ClaimedDelivery>> DueAsync(
        DbConnection connection, string subscriptionId, DateTimeOffset now, int limit)
    {
        var parameters = new { SubscriptionId = subscriptionId, Now = now, Limit = limit };
        return [.. (await connection.QueryAsync<DueRow>(SelectDue.For(connection), parameters)).Select(row => row.ToDelivery())];
    }

    /// <summary>When the next head becomes due; null where there is none.</summary>
    public static Task<DateTimeOffset?> NextAsync(DbConnection connection, string subscriptionId, DateTimeOffset now) =>
        connection.ExecuteScalarAsync<DateTimeOffset?>(SelectNext, new { SubscriptionId = subscriptionId, Now = now });

    /// <summary>Returns the deliveries that are still heads, as seen by the transaction that claims them.</summary>
    public static Task<IEnumerable<long>> StillAsync(DbTransaction transaction, IEnumerable<long> seqs)
    {
        var connection = transaction.Connection!;
        return connection.QueryAsync<long>(SelectStill.For(connection), new { Seqs = JsonRows.Of(connection, seqs) }, transaction);
    }

    /// <summary>Fills in the account of deliveries that a former version has queued, in chunks; does nothing where all are known.</summary>
    public static async Task FillInAsync(IDatabase database, string subscriptionId, CancellationToken cancellation)
    {
        var parameters = new { SubscriptionId = subscriptionId, Limit = ChunkSize };
        for (var full = true; full;)
        {
            var chunk = (
                await database.ReadAsync(
                    connection => connection.QueryAsync<long>(SelectUnknown.For(connection), parameters), cancellation)).AsList();
            full = chunk.Count == ChunkSize;
            if (chunk.Count == 0) return;
            await database.WriteAsync(
                transaction => transaction.Connection!.ExecuteAsync(
                    FillIn.For(transaction.Connection!), new { Seqs = JsonRows.Of(transaction.Connection!, chunk) }, transaction),
                cancellation);
        }
    }
}
