using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Webhooks.Subscriptions;

/// <summary>The statements that change a chunk of a subscription's deliveries.</summary>
internal static class BacklogSql
{
    public static readonly SqlText HoldPending = new(
        """
        UPDATE webhook_deliveries SET status = 'held', next_attempt_at = NULL
        WHERE status = 'pending' AND seq IN (
            SELECT d.seq FROM webhook_deliveries AS d WHERE d.subscription_id = @Id AND d.status = 'pending'
                ORDER BY d.next_attempt_at LIMIT @Limit)
        """,
        """
        UPDATE webhook_deliveries SET status = 'held', next_attempt_at = NULL
        WHERE status = 'pending' AND seq IN (
            SELECT TOP (@Limit) d.seq FROM webhook_deliveries AS d WHERE d.subscription_id = @Id AND d.status = 'pending'
                ORDER BY d.next_attempt_at)
        """);

    // The first condition on the status selects the rows, the second one is that of the index.
    public static readonly SqlText SelectHeld = new(
        "SELECT seq FROM webhook_deliveries WHERE subscription_id = @Id AND status = 'held' AND status IN ('failed', 'held') ORDER BY "
            + "created_at, seq LIMIT @Limit",
        "SELECT TOP (@Limit) seq FROM webhook_deliveries WHERE subscription_id = @Id AND status = 'held' AND status IN ('failed', 'held') "
            + "ORDER BY created_at, seq");

    // A delivery that is still in flight stays with its sender, which ends its lease and writes the result.
    public static readonly SqlText SkipOutdated = new(
        """
        UPDATE webhook_deliveries SET status = 'skipped', completed_at = @Now
        WHERE status = 'held' AND seq IN (SELECT value FROM json_each(@Old))
        """,
        """
        UPDATE webhook_deliveries SET status = 'skipped', completed_at = @Now
        WHERE status = 'held' AND seq IN (SELECT j.v FROM OPENJSON(@Old) WITH (v bigint '$') AS j)
        """);

    // A delivery in flight becomes due when its lease ends, unless it has been delivered by then.
    public static readonly SqlText QueueHeld = new(
        """
        UPDATE webhook_deliveries SET status = 'pending', tries = 0, next_attempt_at = CASE WHEN lease_owner IS NULL THEN @Now
            ELSE @LeaseUntil END, completed_at = NULL
        WHERE status = 'held' AND seq IN (SELECT value FROM json_each(@Seqs))
        """,
        """
        UPDATE webhook_deliveries SET status = 'pending', tries = 0, next_attempt_at = CASE WHEN lease_owner IS NULL THEN @Now
            ELSE @LeaseUntil END, completed_at = NULL
        WHERE status = 'held' AND seq IN (SELECT j.v FROM OPENJSON(@Seqs) WITH (v bigint '$') AS j)
        """);
}
