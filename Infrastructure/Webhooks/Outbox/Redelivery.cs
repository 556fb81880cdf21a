using System.Text.Json;
using Dapper;
using HealthApi.Core.Webhooks;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Webhooks.Sending;
using Microsoft.Extensions.Options;

namespace HealthApi.Infrastructure.Webhooks.Outbox;

/// <summary>Sends deliveries of the log again, under the same message and delivery ids, and sends pings.</summary>
public sealed class Redelivery(
    IDatabase database, OutboxWriter outbox, OutboxSignal signal, IOptions<WebhookOptions> options, TimeProvider time)
{
    /// <summary>
    /// The largest number of deliveries that one transaction queues: far below the 5,000 locks at which SQL Server locks the whole table.
    /// </summary>
    internal const int ChunkSize = 1000;

    private const string SelectEnabled = """
        SELECT s.enabled FROM webhook_deliveries d JOIN webhook_subscriptions s ON s.id = d.subscription_id WHERE d.id = @Id
        """;

    // A delivery in flight stays with its sender.
    private const string RequeueOne = """
        UPDATE webhook_deliveries SET status = 'pending', tries = 0, next_attempt_at = @Now, lease_owner = NULL, completed_at = NULL
        WHERE id = @Id AND NOT (status = 'pending' AND lease_owner IS NOT NULL AND next_attempt_at > @Now)
        """;

    private const string InPeriod = """
         FROM webhook_deliveries
        WHERE subscription_id = @SubscriptionId AND created_at >= @From AND (created_at > @From OR seq > @After) AND created_at < @Until AND
        """;

    // The condition on the status matches the index of failed and held deliveries.
    private const string Unsent = InPeriod
        + " status IN ('failed', 'held') AND (@Status IS NULL OR status = @Status) ORDER BY created_at, seq";

    private const string Others = InPeriod + " status = @Status ORDER BY created_at, seq";

    private static readonly SqlText SelectUnsent = new(
        "SELECT seq AS Seq, created_at AS At" + Unsent + " LIMIT @Limit", "SELECT TOP (@Limit) seq AS Seq, created_at AS At" + Unsent);

    private static readonly SqlText SelectOthers = new(
        "SELECT seq AS Seq, created_at AS At" + Others + " LIMIT @Limit", "SELECT TOP (@Limit) seq AS Seq, created_at AS At" + Others);

    // A held delivery that is still in flight becomes due when its lease ends, unless it has been delivered by then.
    private static readonly SqlText Requeue = new(
        """
        UPDATE webhook_deliveries SET status = 'pending', tries = 0, next_attempt_at = CASE WHEN lease_owner IS NULL THEN @Now
            ELSE @LeaseUntil END, completed_at = NULL
        WHERE status <> 'pending' AND seq IN (SELECT value FROM json_each(@Seqs))
        """,
        """
        UPDATE webhook_deliveries SET status = 'pending', tries = 0, next_attempt_at = CASE WHEN lease_owner IS NULL THEN @Now
            ELSE @LeaseUntil END, completed_at = NULL
        WHERE status <> 'pending' AND seq IN (SELECT j.v FROM OPENJSON(@Seqs) WITH (v bigint '$') AS j)
        """);

    // Deliveries that wait for their next attempt. Those that are due already, or in flight, are left unchanged, so nothing is sent twice.
    private const string Waiting = """
         FROM webhook_deliveries
        WHERE subscription_id = @SubscriptionId AND status = 'pending' AND next_attempt_at > @Now AND (next_attempt_at > @Reached
            OR next_attempt_at = @Reached AND seq > @After)
            AND lease_owner IS NULL AND created_at >= @From AND created_at < @Until
        ORDER BY next_attempt_at, seq
        """;

    private static readonly SqlText SelectWaiting = new(
        "SELECT seq AS Seq, next_attempt_at AS At" + Waiting + " LIMIT @Limit",
        "SELECT TOP (@Limit) seq AS Seq, next_attempt_at AS At" + Waiting);

    private static readonly SqlText BringForward = new(
        """
        UPDATE webhook_deliveries SET tries = 0, next_attempt_at = @Now
        WHERE status = 'pending' AND next_attempt_at > @Now AND lease_owner IS NULL AND seq IN (SELECT value FROM json_each(@Seqs))
        """,
        """
        UPDATE webhook_deliveries SET tries = 0, next_attempt_at = @Now
        WHERE status = 'pending' AND next_attempt_at > @Now AND lease_owner IS NULL AND seq IN (SELECT j.v FROM OPENJSON(@Seqs)
            WITH (v bigint '$') AS j)
        """);

    /// <summary>Queues one delivery to be sent now; its retry schedule starts from the beginning.</summary>
    public async Task<RedeliverResult> RedeliverAsync(string id, CancellationToken cancellation)
    {
        var result = await database.WriteAsync(
            async transaction =>
            {
                var connection = transaction.Connection!;
                if (await connection.QuerySingleOrDefaultAsync<bool?>(SelectEnabled, new { Id = id }, transaction) is not { } enabled)
                    return RedeliverResult.NotFound;
                if (!enabled) return RedeliverResult.Disabled;
                await connection.ExecuteAsync(RequeueOne, new { Id = id, Now = time.GetUtcNow() }, transaction);
                return RedeliverResult.Queued;
            },
            cancellation);
        signal.Set();
        return result;
    }

    /// <summary>
    /// Queues the deliveries that were created from <paramref name="since"/> on and before <paramref name="until"/>. With a status, those
    /// of this status (<c>delivered</c>, <c>failed</c>, <c>held</c>, <c>skipped</c>); without one, all that are failed or held, and those
    /// that wait for their next attempt. The oldest are queued first, in chunks that commit separately: after an interruption, the same
    /// call continues with what was not queued yet.
    /// </summary>
    /// <returns>The number of queued deliveries.</returns>
    public async Task<int> ReplayAsync(
        string subscriptionId, DateTimeOffset since, DateTimeOffset? until, string? status, CancellationToken cancellation)
    {
        var (now, end) = (time.GetUtcNow(), until ?? DateTimeOffset.MaxValue);
        var others = await QueueAsync(
            status is DeliveryStatus.Delivered or DeliveryStatus.Skipped ? SelectOthers : SelectUnsent,
            Requeue,
            now,
            since,
            last => new
            {
                SubscriptionId = subscriptionId,
                Status = status,
                From = last.At,
                After = last.Seq,
                Until = end,
                Limit = ChunkSize
            },
            cancellation);
        var waiting = status is not null ? 0 : await QueueAsync(
            SelectWaiting,
            BringForward,
            now,
            now,
            last => new
            {
                SubscriptionId = subscriptionId,
                From = since,
                Until = end,
                Now = now,
                Reached = last.At,
                After = last.Seq,
                Limit = ChunkSize
            },
            cancellation);
        signal.Set();
        return waiting + others;
    }

    /// <summary>
    /// Queues the selected deliveries in chunks, each starting after the last row of the previous one. All become due at the same instant,
    /// so the oldest are sent first.
    /// </summary>
    private async Task<int> QueueAsync(
        SqlText select, SqlText queue, DateTimeOffset now, DateTimeOffset from, Func<Place, object> parameters,
        CancellationToken cancellation)
    {
        var (queued, last) = (0, new Place { At = from });
        for (var full = true; full;)
        {
            var reached = last;
            queued += await database.WriteAsync(
                async transaction =>
                {
                    var connection = transaction.Connection!;
                    var chunk = (await connection.QueryAsync<Place>(select.For(connection), parameters(last), transaction)).AsList();
                    (full, reached) = (chunk.Count == ChunkSize, chunk.Count > 0 ? chunk[^1] : last);
                    var (seqs, leaseUntil) =
                        (JsonRows.Of(connection, chunk.Select(place => place.Seq)), time.GetUtcNow() + options.Value.Lease);
                    var requeued = new { Seqs = seqs, Now = now, LeaseUntil = leaseUntil };
                    return chunk.Count == 0 ? 0 : await connection.ExecuteAsync(queue.For(connection), requeued, transaction);
                },
                cancellation);
            last = reached;
        }

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

    /// <summary>The last row of a chunk: the instant that orders the rows, then the order of queueing.</summary>
    private sealed record Place
    {
        public long Seq { get; init; }

        public DateTimeOffset At { get; init; }
    }
}
