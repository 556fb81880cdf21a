using System.Data.Common;
using HealthApi.Core.Primitives;
using HealthApi.Core.Webhooks;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Webhooks.Sending;

namespace HealthApi.Infrastructure.Webhooks.Outbox.Sqlite;

/// <summary>SQLite has no round trips: reused statements run row by row.</summary>
internal sealed class SqliteOutboxSql : IOutboxSql
{
    private const string InsertMessage = """
        INSERT INTO webhook_messages (id, type, account_id, created_at, trace, body)
        VALUES ($id, $type, $accountId, $createdAt, $trace, $body)
        ON CONFLICT (id) DO NOTHING
        """;

    private const string InsertDelivery = """
        INSERT INTO webhook_deliveries (id, message_id, subscription_id, account_id, status, attempts, tries, created_at, next_attempt_at)
        VALUES ($id, $messageId, $subscriptionId, $accountId, $status, 0, 0, $createdAt, $nextAttemptAt)
        ON CONFLICT (id) DO NOTHING
        """;

    private const string SelectDue = """
        SELECT d.seq, m.id, m.account_id, m.body, m.trace, d.tries
        FROM webhook_deliveries d
        JOIN webhook_messages m ON m.id = d.message_id
        WHERE d.subscription_id = $subscriptionId AND d.status = 'pending' AND d.next_attempt_at <= $now
        ORDER BY d.next_attempt_at, d.seq
        LIMIT $limit
        """;

    private const string Claim = """
        UPDATE webhook_deliveries SET next_attempt_at = $leaseUntil, lease_owner = $owner
        WHERE seq = $seq AND status = 'pending' AND next_attempt_at <= $now
        """;

    private const string Finish = """
        UPDATE webhook_deliveries
        SET status = CASE WHEN status <> 'pending' AND $status = 'pending' THEN status ELSE $status END,
            next_attempt_at = CASE WHEN status <> 'pending' THEN NULL ELSE $nextAttemptAt END,
            attempts = attempts + 1, tries = tries + 1, lease_owner = NULL, completed_at = $completedAt, response_status = $responseStatus
        WHERE seq = $seq AND lease_owner = $owner
        """;

    private const string AddAttempt = """
        INSERT INTO webhook_attempts (delivery_seq, number, at, status, error, duration_ms, answer)
        SELECT seq, attempts + 1, $at, $status, $error, $durationMs, $answer FROM webhook_deliveries WHERE seq = $seq
            AND lease_owner = $owner
        ON CONFLICT (delivery_seq, number) DO NOTHING
        """;

    private const string Release = """
        UPDATE webhook_deliveries SET next_attempt_at = CASE WHEN status = 'pending' THEN $now END, lease_owner = NULL
        WHERE seq = $seq AND lease_owner = $owner
        """;

    public Task<int> InsertIfAbsentAsync(
        DbTransaction transaction, IReadOnlyCollection<WebhookMessage> messages, IReadOnlyCollection<QueuedDelivery> deliveries)
    {
        foreach (var message in messages) Insert(transaction, message);
        return Task.FromResult(deliveries.Sum(delivery => Insert(transaction, delivery)));
    }

    public Task<IReadOnlyList<ClaimedDelivery>> DueAsync(DbTransaction transaction, string subscriptionId, DateTimeOffset now, int limit) =>
        Task.FromResult<IReadOnlyList<ClaimedDelivery>>(
            transaction.Statement(SelectDue).Bind("$subscriptionId", subscriptionId).Bind("$now", now.ToMicroseconds())
            .Bind("$limit", limit).ReadAll(Due));

    public Task<IReadOnlySet<long>> ClaimAsync(
        DbTransaction transaction, IReadOnlyCollection<long> candidates, DateTimeOffset now, DateTimeOffset leaseUntil, string owner)
    {
        var claim = transaction.Statement(Claim).Bind("$now", now.ToMicroseconds()).Bind("$leaseUntil", leaseUntil.ToMicroseconds())
            .Bind("$owner", owner);
        var claimed = new HashSet<long>();
        foreach (var seq in candidates)
            if (claim.Bind("$seq", seq).Execute() == 1) claimed.Add(seq);
        return Task.FromResult<IReadOnlySet<long>>(claimed);
    }

    public Task FinishAsync(DbTransaction transaction, IReadOnlyCollection<FinishedDelivery> finished, string owner)
    {
        foreach (var delivery in finished) Write(transaction, delivery, owner);
        return Task.CompletedTask;
    }

    public Task GiveBackAsync(DbTransaction transaction, IReadOnlyCollection<ClaimedDelivery> unsent, DateTimeOffset now, string owner)
    {
        foreach (var delivery in unsent)
            transaction.Statement(Release).Bind("$now", now.ToMicroseconds()).Bind("$seq", delivery.Seq).Bind("$owner", owner).Execute();
        return Task.CompletedTask;
    }

    private static ClaimedDelivery Due(SqliteStatement row) => new()
    {
        Seq = row.Number(0)!.Value,
        MessageId = row.Text(1),
        AccountId = row.TextOrNull(2),
        Body = row.Bytes(3).ToArray(),
        Trace = row.TextOrNull(4),
        Tries = row.Number(5)!.Value,
    };

    private static void Insert(DbTransaction transaction, WebhookMessage message) => transaction.Statement(InsertMessage)
        .Bind("$id", message.Id)
        .Bind("$type", message.Type)
        .Bind("$accountId", message.AccountId)
        .Bind("$createdAt", message.CreatedAt.ToMicroseconds())
        .Bind("$trace", message.Trace)
        .Bind("$body", message.Body)
        .Execute();

    private static int Insert(DbTransaction transaction, QueuedDelivery delivery) => transaction.Statement(InsertDelivery)
        .Bind("$id", delivery.Id)
        .Bind("$messageId", delivery.MessageId)
        .Bind("$subscriptionId", delivery.SubscriptionId)
        .Bind("$accountId", delivery.AccountId ?? AccountHeads.NoAccount)
        .Bind("$status", delivery.Status)
        .Bind("$createdAt", delivery.CreatedAt.ToMicroseconds())
        .Bind("$nextAttemptAt", delivery.NextAttemptAt?.ToMicroseconds())
        .Execute();

    private static void Write(DbTransaction transaction, FinishedDelivery finished, string owner)
    {
        var (attempt, seq) = (finished.Attempt, finished.Delivery.Seq);
        transaction.Statement(AddAttempt)
            .Bind("$at", attempt.At.ToMicroseconds())
            .Bind("$status", (long?)attempt.Status)
            .Bind("$error", attempt.Fault?.Word())
            .Bind("$durationMs", finished.DurationMs)
            .Bind("$answer", attempt.Answer)
            .Bind("$seq", seq)
            .Bind("$owner", owner)
            .Execute();
        transaction.Statement(Finish)
            .Bind("$status", finished.Step.Status)
            .Bind("$nextAttemptAt", finished.Step.NextAttemptAt?.ToMicroseconds())
            .Bind("$completedAt", finished.CompletedAt?.ToMicroseconds())
            .Bind("$responseStatus", (long?)attempt.Status)
            .Bind("$seq", seq)
            .Bind("$owner", owner)
            .Execute();
    }
}
