using System.Text.Json;
using Dapper;
using HealthApi.Core;
using HealthApi.Core.Webhooks;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Webhooks;
using Microsoft.Extensions.Options;

namespace HealthApi.Infrastructure.Outbox;

/// <summary>Sends again what the log keeps, under the same message and delivery ids, and pings.</summary>
public sealed class Redelivery(IDatabase database, OutboxWriter outbox, OutboxSignal signal, IOptions<WebhookOptions> options, TimeProvider time)
{
    /// <summary>Deliveries that a transaction queues at most: far below the 5,000 locks at which SQL Server locks the whole table.</summary>
    internal const int PieceSize = 1000;

    private const string SelectEnabled = """
        SELECT s.enabled FROM webhook_deliveries d JOIN webhook_subscriptions s ON s.id = d.subscription_id WHERE d.id = @Id
        """;

    // One that is under way just now stays with whoever sends it.
    private const string RequeueOne = """
        UPDATE webhook_deliveries SET status = 'pending', tries = 0, next_attempt_at = @Now, lease_owner = NULL, completed_at = NULL
        WHERE id = @Id AND NOT (status = 'pending' AND lease_owner IS NOT NULL AND next_attempt_at > @Now)
        """;

    private const string Asked = """
         FROM webhook_deliveries
        WHERE subscription_id = @SubscriptionId AND created_at >= @From AND (created_at > @From OR seq > @After) AND created_at < @Until AND
        """;

    // The condition names what the index of unsent deliveries holds.
    private const string Unsent = Asked + " status IN ('failed', 'held') AND (@Status IS NULL OR status = @Status) ORDER BY created_at, seq";

    private const string Others = Asked + " status = @Status ORDER BY created_at, seq";

    private static readonly SqlText SelectUnsent = new(
        "SELECT seq AS Seq, created_at AS CreatedAt" + Unsent + " LIMIT @Limit", "SELECT TOP (@Limit) seq AS Seq, created_at AS CreatedAt" + Unsent);

    private static readonly SqlText SelectOthers = new(
        "SELECT seq AS Seq, created_at AS CreatedAt" + Others + " LIMIT @Limit", "SELECT TOP (@Limit) seq AS Seq, created_at AS CreatedAt" + Others);

    // What is still under way, held meanwhile, falls due when its lease ends, unless it has been delivered by then.
    private static readonly SqlText Requeue = new(
        """
        UPDATE webhook_deliveries SET status = 'pending', tries = 0, next_attempt_at = CASE WHEN lease_owner IS NULL THEN @Now ELSE @LeaseUntil END, completed_at = NULL
        WHERE status <> 'pending' AND seq IN (SELECT value FROM json_each(@Seqs))
        """,
        """
        UPDATE webhook_deliveries SET status = 'pending', tries = 0, next_attempt_at = CASE WHEN lease_owner IS NULL THEN @Now ELSE @LeaseUntil END, completed_at = NULL
        WHERE status <> 'pending' AND seq IN (SELECT j.v FROM OPENJSON(@Seqs) WITH (v bigint '$') AS j)
        """);

    /// <summary>Queues one delivery to be sent now, with the whole schedule before it again.</summary>
    public async Task<RedeliverResult> RedeliverAsync(string id, CancellationToken cancellation)
    {
        var result = await database.WriteAsync(
            async transaction =>
            {
                var connection = transaction.Connection!;
                if (await connection.QuerySingleOrDefaultAsync<bool?>(SelectEnabled, new { Id = id }, transaction) is not { } enabled) return RedeliverResult.NotFound;
                if (!enabled) return RedeliverResult.Disabled;
                await connection.ExecuteAsync(RequeueOne, new { Id = id, Now = time.GetUtcNow() }, transaction);
                return RedeliverResult.Queued;
            },
            cancellation);
        signal.Set();
        return result;
    }

    /// <summary>
    /// Queues what fell due from <paramref name="since"/> on and before <paramref name="until"/>: with a status what stands so
    /// (<c>delivered</c>, <c>failed</c>, <c>held</c>, <c>skipped</c>), without one all that was not delivered and is no old news. The oldest first, in pieces that
    /// commit by themselves: where this is interrupted, asking again goes on with what was not queued yet.
    /// </summary>
    /// <returns>How many deliveries were queued.</returns>
    public async Task<int> ReplayAsync(string subscriptionId, DateTimeOffset since, DateTimeOffset? until, string? status, CancellationToken cancellation)
    {
        var select = status is DeliveryStatus.Delivered or DeliveryStatus.Skipped ? SelectOthers : SelectUnsent;
        var (queued, last) = (0, new Place { CreatedAt = since });
        for (var full = true; full;)
        {
            var reached = last;
            queued += await database.WriteAsync(
                async transaction =>
                {
                    var connection = transaction.Connection!;
                    var asked = new { SubscriptionId = subscriptionId, Status = status, From = last.CreatedAt, After = last.Seq, Until = until ?? DateTimeOffset.MaxValue, Limit = PieceSize };
                    var piece = (await connection.QueryAsync<Place>(select.For(connection), asked, transaction)).AsList();
                    (full, reached) = (piece.Count == PieceSize, piece.Count > 0 ? piece[^1] : last);
                    var now = time.GetUtcNow();
                    var requeued = new { Seqs = JsonRows.Of(connection, piece.Select(place => place.Seq)), Now = now, LeaseUntil = now + options.Value.Lease };
                    return piece.Count == 0 ? 0 : await connection.ExecuteAsync(Requeue.For(connection), requeued, transaction);
                },
                cancellation);
            last = reached;
        }

        signal.Set();
        return queued;
    }

    /// <summary>Queues a <c>webhook.ping</c> to the subscription; returns the delivery's id.</summary>
    public async Task<string> PingAsync(string subscriptionId, string? trace, CancellationToken cancellation)
    {
        var data = JsonSerializer.SerializeToElement(new { subscriptionId });
        var message = WebhookMessage.Create(Guid.NewGuid().ToString("N"), WebhookEventTypes.Ping, null, time.GetUtcNow(), data, trace);
        var id = await database.WriteAsync(transaction => outbox.AppendToAsync(transaction, message, subscriptionId), cancellation);
        signal.Set();
        return id;
    }

    /// <summary>Where a piece ended.</summary>
    private sealed record Place
    {
        public long Seq { get; init; }

        public DateTimeOffset CreatedAt { get; init; }
    }
}
