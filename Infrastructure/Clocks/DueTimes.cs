using System.Data.Common;
using Dapper;
using HealthApi.Core.Webhooks;
using HealthApi.Infrastructure.Accounts;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.History;
using HealthApi.Infrastructure.Jobs;
using HealthApi.Infrastructure.Webhooks.Outbox;

namespace HealthApi.Infrastructure.Clocks;

/// <summary>
/// Moves the times in the store that were written by a clock which was set back. What was due by the old clock becomes due now; what was
/// not yet due keeps its remaining time; leases end. Running it twice, after an interruption or by two workers at once, may make something
/// due earlier but never later.
/// </summary>
internal sealed class DueTimes(IDatabase database, OutboxSignal outbox, EvaluationSignal processing, JobSignal jobs)
{
    private const int ChunkSize = 500;

    /// <summary>
    /// No lease is longer than this, so a lease that ends later was written by the old clock and is ended. If its holder still runs, it
    /// renews the lease; two processes at the same work do no harm. A lease that ends sooner belongs to a running process and stays.
    /// </summary>
    private static readonly TimeSpan LongestLease = Restatements.Lease;

    private static readonly SqlText MoveDeliveries = new(
        """
        UPDATE webhook_deliveries SET next_attempt_at = CASE WHEN next_attempt_at > @Old THEN next_attempt_at - @Seconds * 1000000
            ELSE @Now END
        WHERE seq IN (
            SELECT d.seq FROM webhook_deliveries AS d
            WHERE d.status = 'pending' AND d.next_attempt_at > @Now AND (d.lease_owner IS NULL OR d.next_attempt_at > @Longest)
                AND d.seq > @After
            AND (d.created_at > @WrittenAfter OR EXISTS (SELECT 1 FROM webhook_attempts AS w WHERE w.delivery_seq = d.seq
                AND w.at > @WrittenAfter))
            ORDER BY d.seq LIMIT @Limit)
        RETURNING seq
        """,
        """
        UPDATE webhook_deliveries SET next_attempt_at = CASE WHEN next_attempt_at > @Old THEN DATEADD(second, -@Seconds,
            next_attempt_at) ELSE @Now END
        OUTPUT inserted.seq
        WHERE seq IN (
            SELECT TOP (@Limit) d.seq FROM webhook_deliveries AS d WITH (UPDLOCK, ROWLOCK)
            WHERE d.status = 'pending' AND d.next_attempt_at > @Now AND (d.lease_owner IS NULL OR d.next_attempt_at > @Longest)
                AND d.seq > @After
            AND (d.created_at > @WrittenAfter OR EXISTS (SELECT 1 FROM webhook_attempts AS w WHERE w.delivery_seq = d.seq
                AND w.at > @WrittenAfter))
            ORDER BY d.seq)
        """);

    private static readonly SqlText MovePauses = new(
        """
        UPDATE webhook_subscription_states
        SET paused_until = CASE WHEN paused_until > @Old THEN paused_until - @Seconds * 1000000 ELSE @Now END
        WHERE paused_until > @PausedAfter
        """,
        """
        UPDATE webhook_subscription_states
        SET paused_until = CASE WHEN paused_until > @Old THEN DATEADD(second, -@Seconds, paused_until) ELSE @Now END
        WHERE paused_until > @PausedAfter
        """);

    /// <summary>Pauses that an earlier version has stored, see <see cref="Webhooks.Subscriptions.SubscriptionStates"/>.</summary>
    private static readonly SqlText MoveFormerPauses = new(
        """
        UPDATE webhook_subscriptions
        SET paused_until = CASE WHEN paused_until > @Old THEN paused_until - @Seconds * 1000000 ELSE @Now END
        WHERE paused_until > @PausedAfter
        """,
        """
        UPDATE webhook_subscriptions
        SET paused_until = CASE WHEN paused_until > @Old THEN DATEADD(second, -@Seconds, paused_until) ELSE @Now END
        WHERE paused_until > @PausedAfter
        """);

    private static readonly SqlText EvaluateDue = new(
        """
        UPDATE account_states SET due_at = @Now, version = version + 1
        WHERE account_id IN (
            SELECT s.account_id FROM account_states AS s
            WHERE s.due_at > @Now AND s.due_at <= @Old AND COALESCE(s.evaluated_at, s.due_at) > @WrittenAfter
            ORDER BY s.due_at LIMIT @Limit)
        """,
        """
        UPDATE account_states SET due_at = @Now, version = version + 1
        WHERE account_id IN (
            SELECT TOP (@Limit) s.account_id FROM account_states AS s
            WHERE s.due_at > @Now AND s.due_at <= @Old AND COALESCE(s.evaluated_at, s.due_at) > @WrittenAfter
            ORDER BY s.due_at)
        """);

    private static readonly SqlText EndJobs = new(
        """
        UPDATE jobs SET lease_until = @Now WHERE finished_at IS NULL AND lease_until > @Longest
        AND id IN (SELECT j.id FROM jobs AS j WHERE j.finished_at IS NULL AND j.lease_until > @Longest LIMIT @Limit)
        """,
        "UPDATE TOP (@Limit) jobs SET lease_until = @Now WHERE finished_at IS NULL AND lease_until > @Longest");

    private const string EndFeed = "UPDATE crossing_feed_lease SET leased_until = @Now WHERE leased_until > @Longest";

    private const string EndRestatements = "UPDATE account_restatements SET leased_until = @Now WHERE leased_until > @Longest";

    private static readonly SqlText MoveClaims = new(
        """
        UPDATE idempotency_keys SET created_at = @Now WHERE status IS NULL AND created_at > @Longest AND (key_id, idempotency_key) IN (
            SELECT k.key_id, k.idempotency_key FROM idempotency_keys AS k WHERE k.created_at > @Longest AND k.status IS NULL LIMIT @Limit)
        """,
        "UPDATE TOP (@Limit) idempotency_keys SET created_at = @Now WHERE status IS NULL AND created_at > @Longest");

    /// <summary>On SQLite the lane table has no leases.</summary>
    private static readonly SqlText EndLanes =
        new("SELECT 0", "UPDATE TOP (@Limit) lane_batches SET leased_until = @Now WHERE leased_until > @Longest");

    /// <summary>Moves all times.</summary>
    /// <param name="old">The time that the clock showed before it was set back.</param>
    /// <param name="now">The current time, earlier than <paramref name="old"/>.</param>
    public Task MoveAsync(DateTimeOffset old, DateTimeOffset now, CancellationToken cancellation) =>
        MoveAsync(new Times(old, now, DateTimeOffset.MinValue, now, now + LongestLease, Seconds(old, now), ChunkSize), cancellation);

    /// <summary>
    /// Moves only the times that were written by a clock which was ahead of all others and is gone. The times that the others have written
    /// are right.
    /// </summary>
    /// <param name="old">The last time that the clock ahead has shown.</param>
    /// <param name="now">The current time, earlier than <paramref name="old"/>.</param>
    public Task MoveWrittenAheadAsync(DateTimeOffset old, DateTimeOffset now, CancellationToken cancellation)
    {
        var (written, paused) = (now + ClockWatch.Tolerance, now + RetrySchedule.MaxRetryAfter);
        return MoveAsync(new Times(old, now, written, paused, now + LongestLease, Seconds(old, now), ChunkSize), cancellation);
    }

    private static int Seconds(DateTimeOffset old, DateTimeOffset now) => (int)Math.Min(int.MaxValue, (old - now).TotalSeconds);

    private async Task MoveAsync(Times times, CancellationToken cancellation)
    {
        foreach (var end in (Func<DbConnection, string>[])[_ => EndFeed, _ => EndRestatements, MovePauses.For, MoveFormerPauses.For])
        {
            await database.WriteAsync(
                transaction => transaction.Connection!.ExecuteAsync(end(transaction.Connection!), times, transaction), cancellation);
        }

        foreach (var chunk in (SqlText[])[EndJobs, MoveClaims, EndLanes, EvaluateDue])
        {
            await Chunks.WriteAsync(
                database, ChunkSize,
                    transaction => transaction.Connection!.ExecuteAsync(chunk.For(transaction.Connection!), times, transaction),
                    cancellation);
        }

        for (var after = 0L; await MoveDeliveriesAsync(times, after, cancellation) is { } last;) after = last;
        outbox.Set();
        processing.Set();
        jobs.Set();
    }

    /// <returns>The number of the last delivery of the chunk; null where no delivery is left.</returns>
    private Task<long?> MoveDeliveriesAsync(Times times, long after, CancellationToken cancellation) => database.WriteAsync(
        async transaction =>
        {
            var connection = transaction.Connection!;
            var parameters = new { times.Old, times.Now, times.Longest, times.WrittenAfter, times.Seconds, times.Limit, After = after };
            return (await connection.QueryAsync<long?>(MoveDeliveries.For(connection), parameters, transaction)).Max();
        },
        cancellation);

    /// <param name="Longest">Leases that end before this instant stay.</param>
    /// <param name="WrittenAfter">Deliveries and due times that were written before this instant, by the writer's clock, stay.</param>
    /// <param name="PausedAfter">
    /// Pauses that end before this instant stay; no pause is longer than <see cref="RetrySchedule.MaxRetryAfter"/>.
    /// </param>
    private sealed record Times(
        DateTimeOffset Old,
        DateTimeOffset Now,
        DateTimeOffset WrittenAfter,
        DateTimeOffset PausedAfter,
        DateTimeOffset Longest,
        int Seconds,
        int Limit);
}
