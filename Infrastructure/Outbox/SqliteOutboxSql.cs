using System.Data.Common;
using System.Text.Json;
using Dapper;
using HealthApi.Core;
using HealthApi.Core.Webhooks;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Webhooks;

namespace HealthApi.Infrastructure.Outbox;

/// <summary>SQLite has no wire: re-used prepared commands, a row at a time.</summary>
internal sealed class SqliteOutboxSql : IOutboxSql
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

    private const string Claim = """
        UPDATE webhook_deliveries SET next_attempt_at = @LeaseUntil, lease_owner = @Owner
        WHERE seq IN (SELECT value FROM json_each(@Seqs)) AND status = 'pending' AND next_attempt_at <= @Now
        RETURNING seq
        """;

    private const string Finish = """
        UPDATE webhook_deliveries
        SET status = CASE WHEN status = 'held' AND @Status = 'pending' THEN 'held' ELSE @Status END,
            next_attempt_at = CASE WHEN status = 'held' THEN NULL ELSE @NextAttemptAt END,
            attempts = attempts + 1, tries = tries + 1, lease_owner = NULL, completed_at = @CompletedAt, response_status = @ResponseStatus
        WHERE seq = @Seq AND lease_owner = @Owner
        """;

    private const string AddAttempt = """
        INSERT INTO webhook_attempts (delivery_seq, number, at, status, error, duration_ms, answer)
        SELECT seq, attempts, @At, @Status, @Error, @DurationMs, @Answer FROM webhook_deliveries WHERE seq = @Seq
        ON CONFLICT (delivery_seq, number) DO NOTHING
        """;

    private const string Release = """
        UPDATE webhook_deliveries SET next_attempt_at = @Now, lease_owner = NULL WHERE seq = @Seq AND lease_owner = @Owner AND status = 'pending'
        """;

    public Task<int> InsertIfAbsentAsync(DbTransaction transaction, IReadOnlyCollection<WebhookMessage> messages, IReadOnlyCollection<QueuedDelivery> deliveries)
    {
        foreach (var message in messages) Insert(transaction, message);
        return Task.FromResult(deliveries.Sum(delivery => Insert(transaction, delivery)));
    }

    public async Task<IReadOnlySet<long>> ClaimAsync(
        DbTransaction transaction, IReadOnlyCollection<long> candidates, DateTimeOffset now, DateTimeOffset leaseUntil, string owner)
    {
        var parameters = new { Seqs = JsonSerializer.Serialize(candidates), Now = now, LeaseUntil = leaseUntil, Owner = owner };
        return (await transaction.Connection!.QueryAsync<long>(Claim, parameters, transaction)).ToHashSet();
    }

    public Task FinishAsync(DbTransaction transaction, IReadOnlyCollection<FinishedDelivery> finished, string owner)
    {
        foreach (var delivery in finished) Write(transaction, delivery, owner);
        return Task.CompletedTask;
    }

    public Task GiveBackAsync(DbTransaction transaction, IReadOnlyCollection<ClaimedDelivery> unsent, DateTimeOffset now, string owner)
    {
        foreach (var delivery in unsent)
            transaction.Prepared(Release, ("@Now", now.ToMicroseconds()), ("@Seq", delivery.Seq), ("@Owner", owner)).ExecuteNonQuery();
        return Task.CompletedTask;
    }

    private static void Insert(DbTransaction transaction, WebhookMessage message) => transaction.Prepared(
        InsertMessage,
        ("@Id", message.Id),
        ("@Type", message.Type),
        ("@AccountId", message.AccountId),
        ("@CreatedAt", message.CreatedAt.ToMicroseconds()),
        ("@Trace", message.Trace),
        ("@Body", message.Body)).ExecuteNonQuery();

    private static int Insert(DbTransaction transaction, QueuedDelivery delivery) => transaction.Prepared(
        InsertDelivery,
        ("@Id", delivery.Id),
        ("@MessageId", delivery.MessageId),
        ("@SubscriptionId", delivery.SubscriptionId),
        ("@Status", delivery.Status),
        ("@CreatedAt", delivery.CreatedAt.ToMicroseconds()),
        ("@NextAttemptAt", delivery.NextAttemptAt?.ToMicroseconds())).ExecuteNonQuery();

    private static void Write(DbTransaction transaction, FinishedDelivery finished, string owner)
    {
        var attempt = finished.Attempt;
        transaction.Prepared(
            Finish,
            ("@Status", finished.Step.Status),
            ("@NextAttemptAt", finished.Step.NextAttemptAt?.ToMicroseconds()),
            ("@CompletedAt", finished.CompletedAt?.ToMicroseconds()),
            ("@ResponseStatus", attempt.Status),
            ("@Seq", finished.Delivery.Seq),
            ("@Owner", owner)).ExecuteNonQuery();
        transaction.Prepared(
            AddAttempt,
            ("@At", attempt.At.ToMicroseconds()),
            ("@Status", attempt.Status),
            ("@Error", attempt.Fault?.Word()),
            ("@DurationMs", finished.DurationMs),
            ("@Answer", attempt.Answer),
            ("@Seq", finished.Delivery.Seq)).ExecuteNonQuery();
    }
}
