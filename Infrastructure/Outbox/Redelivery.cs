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
    private const string SelectEnabled = """
        SELECT s.enabled FROM webhook_deliveries d JOIN webhook_subscriptions s ON s.id = d.subscription_id WHERE d.id = @Id
        """;

    // One that is under way just now stays with whoever sends it.
    private const string RequeueOne = """
        UPDATE webhook_deliveries SET status = 'pending', tries = 0, next_attempt_at = @Now, lease_owner = NULL, completed_at = NULL
        WHERE id = @Id AND NOT (status = 'pending' AND lease_owner IS NOT NULL AND next_attempt_at > @Now)
        """;

    // What is still under way, held meanwhile, falls due when its lease ends, unless it has been delivered by then.
    private const string RequeueUnsent = """
        UPDATE webhook_deliveries SET status = 'pending', tries = 0, next_attempt_at = CASE WHEN lease_owner IS NULL THEN @Now ELSE @LeaseUntil END, completed_at = NULL
        WHERE subscription_id = @SubscriptionId AND status IN ('failed', 'held') AND (@Status IS NULL OR status = @Status)
          AND created_at >= @Since AND created_at < @Until
        """;

    private const string RequeueOthers = """
        UPDATE webhook_deliveries SET status = 'pending', tries = 0, next_attempt_at = CASE WHEN lease_owner IS NULL THEN @Now ELSE @LeaseUntil END, completed_at = NULL
        WHERE subscription_id = @SubscriptionId AND status = @Status AND created_at >= @Since AND created_at < @Until
        """;

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
    /// (<c>delivered</c>, <c>failed</c>, <c>held</c>, <c>skipped</c>), without one all that was not delivered and is no old news.
    /// </summary>
    /// <returns>How many deliveries were queued.</returns>
    public async Task<int> ReplayAsync(string subscriptionId, DateTimeOffset since, DateTimeOffset? until, string? status, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var parameters = new
        {
            SubscriptionId = subscriptionId,
            Status = status,
            Since = since,
            Until = until ?? DateTimeOffset.MaxValue,
            Now = now,
            LeaseUntil = now + options.Value.Lease,
        };
        var sql = status is DeliveryStatus.Delivered or DeliveryStatus.Skipped ? RequeueOthers : RequeueUnsent;
        var queued = await database.WriteAsync(transaction => transaction.Connection!.ExecuteAsync(sql, parameters, transaction), cancellation);
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
}
