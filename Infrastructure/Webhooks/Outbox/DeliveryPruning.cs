using System.Data.Common;
using Dapper;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Webhooks.Outbox;

/// <summary>
/// Deletes deliveries in chunks, with their attempts, and the messages that have no delivery left. Pending and held deliveries are still to
/// be sent: they stay, however old they are, until their subscription is deleted.
/// </summary>
internal static class DeliveryPruning
{
    /// <summary>Deliveries per chunk: with their attempts, below the 5,000 locks at which SQL Server locks the whole table.</summary>
    internal const int ChunkSize = 250;

    private const string Ended = """
         FROM webhook_deliveries
        WHERE subscription_id = @Id AND created_at >= @From AND created_at < @Cutoff AND completed_at < @Cutoff AND status IN ('delivered',
            'failed', 'skipped')
        ORDER BY created_at
        """;

    private const string SelectSubscriptions = "SELECT id FROM webhook_subscriptions";

    private static readonly SqlText SelectAll = new(
        "SELECT seq AS Seq, message_id AS MessageId, created_at AS CreatedAt FROM webhook_deliveries WHERE subscription_id = @Id ORDER BY "
            + "created_at LIMIT @Limit",
        "SELECT TOP (@Limit) seq AS Seq, message_id AS MessageId, created_at AS CreatedAt FROM webhook_deliveries WHERE subscription_id = "
            + "@Id ORDER BY created_at");

    // Resume after the previous chunk; older held rows are skipped once.
    private static readonly SqlText SelectEnded = new(
        "SELECT seq AS Seq, message_id AS MessageId, created_at AS CreatedAt" + Ended + " LIMIT @Limit",
        "SELECT TOP (@Limit) seq AS Seq, message_id AS MessageId, created_at AS CreatedAt" + Ended);

    private static readonly SqlText DeleteAll = new(
        "DELETE FROM webhook_deliveries WHERE seq IN (SELECT value FROM json_each(@Seqs))",
        "DELETE FROM webhook_deliveries WHERE seq IN (SELECT j.v FROM OPENJSON(@Seqs) WITH (v bigint '$') AS j)");

    // A delivery may have been queued again meanwhile.
    private static readonly SqlText DeleteEnded = new(
        "DELETE FROM webhook_deliveries WHERE seq IN (SELECT value FROM json_each(@Seqs)) AND status IN ('delivered', 'failed', 'skipped')",
        "DELETE FROM webhook_deliveries WHERE seq IN (SELECT j.v FROM OPENJSON(@Seqs) WITH (v bigint '$') AS j) AND status IN "
            + "('delivered', 'failed', 'skipped')");

    private static readonly SqlText DeleteMessages = new(
        """
        DELETE FROM webhook_messages
        WHERE id IN (SELECT value FROM json_each(@Messages))
            AND NOT EXISTS (SELECT 1 FROM webhook_deliveries AS d WHERE d.message_id = webhook_messages.id)
        """,
        """
        DELETE FROM webhook_messages
        WHERE id IN (SELECT j.v COLLATE Latin1_General_100_BIN2 FROM OPENJSON(@Messages) WITH (v nvarchar(128) '$') AS j)
            AND NOT EXISTS (SELECT 1 FROM webhook_deliveries AS d WHERE d.message_id = webhook_messages.id)
        """);

    /// <summary>Deletes the deliveries of all subscriptions that were created and completed before the cutoff.</summary>
    public static async Task PruneAsync(IDatabase database, DateTimeOffset cutoff, CancellationToken cancellation)
    {
        var subscriptions = await database.ReadAsync(connection => connection.QueryAsync<string>(SelectSubscriptions), cancellation);
        foreach (var id in subscriptions) await DeleteAsync(database, SelectEnded, DeleteEnded, id, cutoff, cancellation);
    }

    /// <summary>Deletes all deliveries of a subscription.</summary>
    public static Task DeleteOfAsync(IDatabase database, string subscriptionId, CancellationToken cancellation) =>
        DeleteAsync(database, SelectAll, DeleteAll, subscriptionId, DateTimeOffset.UnixEpoch, cancellation);

    private static Task DeleteAsync(
        IDatabase database, SqlText select, SqlText delete, string subscriptionId, DateTimeOffset cutoff, CancellationToken cancellation)
    {
        var (from, reached) = (DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch);
        return Chunks.WriteAsync(
            database,
            ChunkSize,
            async transaction =>
            {
                var connection = transaction.Connection!;
                var parameters = new { Id = subscriptionId, From = from, Cutoff = cutoff, Limit = ChunkSize };
                var chunk = (await connection.QueryAsync<EndedRow>(select.For(connection), parameters, transaction)).AsList();
                if (chunk.Count == 0) return 0;
                await DeleteChunkAsync(transaction, delete, chunk);
                reached = chunk[^1].CreatedAt;
                return chunk.Count;
            },
            cancellation,
            () => from = reached);
    }

    private static async Task DeleteChunkAsync(DbTransaction transaction, SqlText delete, List<EndedRow> chunk)
    {
        var connection = transaction.Connection!;
        await connection.ExecuteAsync(
            delete.For(connection), new { Seqs = JsonRows.Of(connection, chunk.Select(delivery => delivery.Seq)) }, transaction);
        var messages = JsonRows.Of(connection, chunk.Select(delivery => delivery.MessageId).Distinct());
        await connection.ExecuteAsync(DeleteMessages.For(connection), new { Messages = messages }, transaction);
    }

    private sealed record EndedRow
    {
        public long Seq { get; init; }

        public string MessageId { get; init; } = "";

        public DateTimeOffset CreatedAt { get; init; }
    }
}
