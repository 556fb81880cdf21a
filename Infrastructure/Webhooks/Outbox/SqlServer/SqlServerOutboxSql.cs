using System.Data.Common;
using Dapper;
using HealthApi.Core.Webhooks;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Webhooks.Sending;

namespace HealthApi.Infrastructure.Webhooks.Outbox.SqlServer;

/// <summary>
/// Each step is one statement over rows that are sent as one JSON parameter. Claims are compare-and-set; the hints only reduce waiting.
/// </summary>
internal sealed class SqlServerOutboxSql : IOutboxSql
{
    private const string Insert = """
        INSERT INTO webhook_messages (id, type, account_id, created_at, trace, body)
        SELECT m.id, m.type, m.accountId, m.createdAt, m.trace, m.body
        FROM OPENJSON(@Messages) WITH (
            id nvarchar(128), type nvarchar(128), accountId nvarchar(128) '$.accountId', createdAt datetime2(6) '$.createdAt',
                trace nvarchar(128), body nvarchar(max)) AS m
        WHERE NOT EXISTS (SELECT 1 FROM webhook_messages WITH (UPDLOCK) WHERE webhook_messages.id = m.id COLLATE Latin1_General_100_BIN2);

        INSERT INTO webhook_deliveries (id, message_id, subscription_id, account_id, status, attempts, tries, created_at, next_attempt_at)
        SELECT d.id, d.messageId, d.subscriptionId, d.accountId, d.status, 0, 0, d.createdAt, d.nextAttemptAt
        FROM OPENJSON(@Deliveries) WITH (
            ordinal bigint, id nvarchar(128), messageId nvarchar(128) '$.messageId', subscriptionId nvarchar(128) '$.subscriptionId',
            accountId nvarchar(128) '$.accountId', status nvarchar(64), createdAt datetime2(6) '$.createdAt',
                nextAttemptAt datetime2(6) '$.nextAttemptAt') AS d
        WHERE NOT EXISTS (SELECT 1 FROM webhook_deliveries WITH (UPDLOCK)
            WHERE webhook_deliveries.id = d.id COLLATE Latin1_General_100_BIN2)
        ORDER BY d.ordinal;

        SELECT @@ROWCOUNT;
        """;

    private const string SelectDue = "SELECT TOP (@Limit) " + DueRow.Columns + """

        FROM webhook_deliveries d
        JOIN webhook_messages m ON m.id = d.message_id
        WHERE d.subscription_id = @SubscriptionId AND d.status = 'pending' AND d.next_attempt_at <= @Now
        ORDER BY d.next_attempt_at, d.seq
        """;

    private const string Claim = """
        UPDATE webhook_deliveries WITH (ROWLOCK, UPDLOCK, READPAST)
        SET next_attempt_at = @LeaseUntil, lease_owner = @Owner
        OUTPUT inserted.seq
        WHERE seq IN (SELECT j.v FROM OPENJSON(@Seqs) WITH (v bigint '$') AS j) AND status = 'pending' AND next_attempt_at <= @Now
        """;

    private const string Finish = """
        INSERT INTO webhook_attempts (delivery_seq, number, at, status, error, duration_ms, answer)
        SELECT d.seq, d.attempts + 1, f.at, f.responseStatus, f.error, f.durationMs, f.answer
        FROM webhook_deliveries AS d
        JOIN OPENJSON(@Finished) WITH (
            seq bigint, at datetime2(6), responseStatus bigint '$.responseStatus', error nvarchar(64), durationMs float '$.durationMs',
                answer nvarchar(max)) AS f ON f.seq = d.seq
        WHERE d.lease_owner = @Owner AND NOT EXISTS (SELECT 1 FROM webhook_attempts WHERE webhook_attempts.delivery_seq = d.seq
            AND webhook_attempts.number = d.attempts + 1);

        UPDATE webhook_deliveries
        SET status = CASE WHEN webhook_deliveries.status <> 'pending' AND f.status = 'pending' THEN webhook_deliveries.status
            ELSE f.status END,
            next_attempt_at = CASE WHEN webhook_deliveries.status <> 'pending' THEN NULL ELSE f.nextAttemptAt END,
            attempts = webhook_deliveries.attempts + 1, tries = webhook_deliveries.tries + 1, lease_owner = NULL,
            completed_at = f.completedAt, response_status = f.responseStatus
        FROM webhook_deliveries, OPENJSON(@Finished) WITH (
            seq bigint, status nvarchar(64), nextAttemptAt datetime2(6) '$.nextAttemptAt', completedAt datetime2(6) '$.completedAt',
                responseStatus bigint '$.responseStatus') AS f
        WHERE webhook_deliveries.seq = f.seq AND webhook_deliveries.lease_owner = @Owner;
        """;

    private const string Release = """
        UPDATE webhook_deliveries SET next_attempt_at = CASE WHEN status = 'pending' THEN @Now END, lease_owner = NULL
        WHERE seq IN (SELECT j.v FROM OPENJSON(@Seqs) WITH (v bigint '$') AS j) AND lease_owner = @Owner
        """;

    public async Task<int> InsertIfAbsentAsync(
        DbTransaction transaction, IReadOnlyCollection<WebhookMessage> messages, IReadOnlyCollection<QueuedDelivery> deliveries)
    {
        if (deliveries.Count == 0) return 0;
        var connection = transaction.Connection!;
        var parameters = new
        {
            Messages = JsonRows.Of(connection, messages),
            Deliveries = JsonRows.Of(connection, deliveries.DistinctBy(delivery => delivery.Id).Select(DeliveryRow.Of))
        };
        return await connection.ExecuteScalarAsync<int>(Insert, parameters, transaction);
    }

    public async Task<IReadOnlyList<ClaimedDelivery>> DueAsync(
        DbTransaction transaction, string subscriptionId, DateTimeOffset now, int limit)
    {
        var parameters = new { SubscriptionId = subscriptionId, Now = now, Limit = limit };
        return [.. (await transaction.Connection!.QueryAsync<DueRow>(SelectDue, parameters, transaction)).Select(row => row.ToDelivery())];
    }

    public async Task<IReadOnlySet<long>> ClaimAsync(
        DbTransaction transaction, IReadOnlyCollection<long> candidates, DateTimeOffset now, DateTimeOffset leaseUntil, string owner)
    {
        if (candidates.Count == 0) return new HashSet<long>();
        var parameters = new { Seqs = JsonRows.Of(transaction.Connection!, candidates), Now = now, LeaseUntil = leaseUntil, Owner = owner };
        return (await transaction.Connection!.QueryAsync<long>(Claim, parameters, transaction)).ToHashSet();
    }

    public async Task FinishAsync(DbTransaction transaction, IReadOnlyCollection<FinishedDelivery> finished, string owner)
    {
        if (finished.Count == 0) return;
        var parameters = new { Finished = JsonRows.Of(transaction.Connection!, finished.Select(FinishedRow.Of)), Owner = owner };
        await transaction.Connection!.ExecuteAsync(Finish, parameters, transaction);
    }

    public async Task GiveBackAsync(
        DbTransaction transaction, IReadOnlyCollection<ClaimedDelivery> unsent, DateTimeOffset now, string owner)
    {
        if (unsent.Count == 0) return;
        var parameters =
            new { Seqs = JsonRows.Of(transaction.Connection!, unsent.Select(delivery => delivery.Seq)), Now = now, Owner = owner };
        await transaction.Connection!.ExecuteAsync(Release, parameters, transaction);
    }

    /// <summary>With its ordinal, so that the order of seq is the order of queueing.</summary>
    private sealed record DeliveryRow(
        int Ordinal, string Id, string MessageId, string SubscriptionId, string AccountId, string Status, DateTimeOffset CreatedAt,
        DateTimeOffset? NextAttemptAt)
    {
        public static DeliveryRow Of(QueuedDelivery queued, int ordinal) =>
            new(
                ordinal, queued.Id, queued.MessageId, queued.SubscriptionId, queued.AccountId ?? AccountHeads.NoAccount, queued.Status,
                queued.CreatedAt, queued.NextAttemptAt);
    }

    private sealed record FinishedRow(
        long Seq, string Status, DateTimeOffset? NextAttemptAt, DateTimeOffset? CompletedAt, int? ResponseStatus,
        DateTimeOffset At, string? Error, double DurationMs, string? Answer)
    {
        public static FinishedRow Of(FinishedDelivery finished) => new(
            finished.Delivery.Seq, finished.Step.Status, finished.Step.NextAttemptAt, finished.CompletedAt, finished.Attempt.Status,
            finished.Attempt.At, finished.Attempt.Fault?.Word(), finished.DurationMs, finished.Attempt.Answer);
    }
}
