using System.Data.Common;
using HealthApi.Core;
using HealthApi.Core.Webhooks;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Outbox;

/// <summary>The two inserts of the outbox. Both insert if absent and never update; both tell how many rows they added.</summary>
internal static class OutboxInserts
{
    private const string InsertMessage = """
        INSERT INTO webhook_messages (id, type, account_id, created_at, trace, body)
        VALUES (@Id, @Type, @AccountId, @CreatedAt, @Trace, @Body)
        ON CONFLICT (id) DO NOTHING
        """;

    private const string InsertDelivery = """
        INSERT INTO webhook_deliveries (id, message_id, subscription_id, status, attempts, tries, created_at, next_attempt_at)
        VALUES (@Id, @MessageId, @SubscriptionId, @Status, 0, 0, @CreatedAt, @NextAttemptAt)
        ON CONFLICT (id) DO NOTHING
        """;

    public static int AddMessage(this DbTransaction transaction, WebhookMessage message)
    {
        if (message.Id.Contains('.', StringComparison.Ordinal)) throw new ArgumentException("A message id holds no dot: the signed text is id.timestamp.body.");
        return transaction.Prepared(
            InsertMessage,
            ("@Id", message.Id),
            ("@Type", message.Type),
            ("@AccountId", message.AccountId),
            ("@CreatedAt", message.CreatedAt.ToMicroseconds()),
            ("@Trace", message.Trace),
            ("@Body", message.Body)).ExecuteNonQuery();
    }

    public static int AddDelivery(this DbTransaction transaction, string messageId, string subscriptionId, string status, long now) =>
        transaction.Prepared(
            InsertDelivery,
            ("@Id", DeliveryIds.Of(messageId, subscriptionId)),
            ("@MessageId", messageId),
            ("@SubscriptionId", subscriptionId),
            ("@Status", status),
            ("@CreatedAt", now),
            ("@NextAttemptAt", status == DeliveryStatus.Pending ? now : null)).ExecuteNonQuery();
}
