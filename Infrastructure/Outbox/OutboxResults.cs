using System.Data.Common;
using HealthApi.Core;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Webhooks;

namespace HealthApi.Infrastructure.Outbox;

/// <summary>Writes what attempts came to, many in one transaction.</summary>
internal sealed class OutboxResults(SubscriptionHealth health)
{
    // A delivery that was put on hold meanwhile stays so, unless it has got through or failed for good.
    private const string Finish = """
        UPDATE webhook_deliveries
        SET status = CASE WHEN status = 'held' AND @Status = 'pending' THEN 'held' ELSE @Status END,
            next_attempt_at = CASE WHEN status = 'held' THEN NULL ELSE @NextAttemptAt END,
            attempts = attempts + 1, tries = tries + 1, lease_owner = NULL, completed_at = @CompletedAt, response_status = @ResponseStatus
        WHERE seq = @Seq AND lease_owner = @Owner
        """;

    // Selected from the delivery, so that one deleted meanwhile adds nothing.
    private const string AddAttempt = """
        INSERT INTO webhook_attempts (delivery_seq, number, at, status, error, duration_ms, answer)
        SELECT seq, attempts, @At, @Status, @Error, @DurationMs, @Answer FROM webhook_deliveries WHERE seq = @Seq
        ON CONFLICT (delivery_seq, number) DO NOTHING
        """;

    private const string Release = "UPDATE webhook_deliveries SET next_attempt_at = @Now, lease_owner = NULL WHERE seq = @Seq AND lease_owner = @Owner AND status = 'pending'";

    public async Task WriteAsync(DbTransaction transaction, IReadOnlyList<FinishedDelivery> finished, string owner, CancellationToken cancellation)
    {
        foreach (var delivery in finished) Write(transaction, delivery, owner);
        foreach (var subscription in finished.GroupBy(delivery => delivery.SubscriptionId, StringComparer.Ordinal))
            await health.RecordAsync(transaction, subscription.Key, [.. subscription.Select(delivery => delivery.Attempt)], cancellation);
    }

    /// <summary>Gives claims back that were not sent: due again now, and no attempt counted.</summary>
    public static void GiveBack(DbTransaction transaction, IEnumerable<ClaimedDelivery> unsent, string owner, DateTimeOffset now)
    {
        foreach (var delivery in unsent)
            transaction.Prepared(Release, ("@Now", now.ToMicroseconds()), ("@Seq", delivery.Seq), ("@Owner", owner)).ExecuteNonQuery();
    }

    private static void Write(DbTransaction transaction, FinishedDelivery finished, string owner)
    {
        var (attempt, step, seq) = (finished.Attempt, finished.Step, finished.Delivery.Seq);
        var completed = step.Status is DeliveryStatus.Delivered or DeliveryStatus.Failed ? (attempt.At + attempt.Duration).ToMicroseconds() : (long?)null;
        transaction.Prepared(
            Finish,
            ("@Status", step.Status),
            ("@NextAttemptAt", step.NextAttemptAt?.ToMicroseconds()),
            ("@CompletedAt", completed),
            ("@ResponseStatus", attempt.Status),
            ("@Seq", seq),
            ("@Owner", owner)).ExecuteNonQuery();
        transaction.Prepared(
            AddAttempt,
            ("@At", attempt.At.ToMicroseconds()),
            ("@Status", attempt.Status),
            ("@Error", attempt.Fault?.Word()),
            ("@DurationMs", Math.Round(attempt.Duration.TotalMilliseconds, 3)),
            ("@Answer", attempt.Answer),
            ("@Seq", seq)).ExecuteNonQuery();
    }
}
