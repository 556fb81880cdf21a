using System.Data.Common;
using HealthApi.Infrastructure.Webhooks.Outbox;
using HealthApi.Infrastructure.Webhooks.Subscriptions;

namespace HealthApi.Infrastructure.Webhooks.Dispatch;

/// <summary>Writes the results of attempts, many in one transaction, and their effects on the subscriptions.</summary>
internal sealed class OutboxResults(IOutboxSql sql, SubscriptionHealth health)
{
    public async Task WriteAsync(
        DbTransaction transaction, IReadOnlyList<FinishedDelivery> finished, string owner, CancellationToken cancellation)
    {
        await sql.FinishAsync(transaction, finished, owner);
        foreach (var subscription in finished.GroupBy(delivery => delivery.SubscriptionId, StringComparer.Ordinal))
            await health.RecordAsync(transaction, subscription.Key, [.. subscription.Select(delivery => delivery.Attempt)], cancellation);
    }
}
