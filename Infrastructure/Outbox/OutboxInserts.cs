using System.Data.Common;
using HealthApi.Core;
using HealthApi.Core.Webhooks;

namespace HealthApi.Infrastructure.Outbox;

/// <summary>The two inserts of the outbox as prepared commands, used over a whole batch. Both insert if absent and never update.</summary>
internal sealed class OutboxInserts(DbTransaction transaction, long now) : IAsyncDisposable
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

    private DbCommand? _message;
    private DbCommand? _delivery;

    public Task<int> MessageAsync(WebhookMessage message, CancellationToken cancellation)
    {
        if (message.Id.Contains('.', StringComparison.Ordinal)) throw new ArgumentException("A message id holds no dot: the signed text is id.timestamp.body.");
        _message ??= Prepare(InsertMessage, "@Id", "@Type", "@AccountId", "@CreatedAt", "@Trace", "@Body");
        return ExecuteAsync(
            _message, cancellation, message.Id, message.Type, message.AccountId, message.CreatedAt.ToMicroseconds(), message.Trace, message.Body);
    }

    public Task<int> DeliveryAsync(string messageId, string subscriptionId, string status, CancellationToken cancellation)
    {
        _delivery ??= Prepare(InsertDelivery, "@Id", "@MessageId", "@SubscriptionId", "@Status", "@CreatedAt", "@NextAttemptAt");
        object? due = status == DeliveryStatus.Pending ? now : null;
        return ExecuteAsync(_delivery, cancellation, DeliveryIds.Of(messageId, subscriptionId), messageId, subscriptionId, status, now, due);
    }

    public async ValueTask DisposeAsync()
    {
        if (_message is not null) await _message.DisposeAsync();
        if (_delivery is not null) await _delivery.DisposeAsync();
    }

    private DbCommand Prepare(string sql, params ReadOnlySpan<string> names)
    {
        var command = transaction.Connection!.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        foreach (var name in names)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            command.Parameters.Add(parameter);
        }

        return command;
    }

    private static Task<int> ExecuteAsync(DbCommand command, CancellationToken cancellation, params ReadOnlySpan<object?> values)
    {
        for (var index = 0; index < values.Length; index++) command.Parameters[index].Value = values[index] ?? DBNull.Value;
        return command.ExecuteNonQueryAsync(cancellation);
    }
}
