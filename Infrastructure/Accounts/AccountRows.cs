using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Accounts;

/// <summary>
/// The statements that delete the rows of an account, one chunk at a time, with the parameters <c>@Id</c> and <c>@Limit</c>. Unsent
/// deliveries are deleted first. Child rows are deleted before their parents, so that no chunk cascades into more rows than its limit.
/// </summary>
internal static class AccountRows
{
    private const int ChunkSize = AccountRemoval.ChunkSize;

    /// <summary>Smaller than other chunks, because figures may be large.</summary>
    private const int CheckpointsChunkSize = 50;

    /// <summary>Smaller than other chunks, because the attempts of each delivery are deleted with it.</summary>
    private const int DeliveriesChunkSize = 100;

    private static readonly SqlText Deliveries = new(
        """
        DELETE FROM webhook_deliveries WHERE seq IN (
            SELECT d.seq FROM webhook_messages AS m JOIN webhook_deliveries AS d ON d.message_id = m.id
                WHERE m.account_id = @Id LIMIT @Limit)
        """,
        """
        DELETE FROM webhook_deliveries WHERE seq IN (
            SELECT TOP (@Limit) d.seq FROM webhook_messages AS m JOIN webhook_deliveries AS d ON d.message_id = m.id
                WHERE m.account_id = @Id)
        """);

    private static readonly SqlText Messages = new(
        "DELETE FROM webhook_messages WHERE id IN (SELECT m.id FROM webhook_messages AS m WHERE m.account_id = @Id LIMIT @Limit)",
        "DELETE FROM webhook_messages WHERE id IN (SELECT TOP (@Limit) m.id FROM webhook_messages AS m WHERE m.account_id = @Id)");

    private static readonly SqlText Feed = new(
        "DELETE FROM crossing_feed WHERE seq IN (SELECT f.seq FROM crossing_feed AS f WHERE f.account_id = @Id LIMIT @Limit)",
        "DELETE FROM crossing_feed WHERE seq IN (SELECT TOP (@Limit) f.seq FROM crossing_feed AS f WHERE f.account_id = @Id)");

    private static readonly SqlText Events = new(
        "DELETE FROM events WHERE seq IN (SELECT e.seq FROM events AS e WHERE e.account_id = @Id LIMIT @Limit)",
        "DELETE FROM events WHERE seq IN (SELECT TOP (@Limit) e.seq FROM events AS e WHERE e.account_id = @Id)");

    private static readonly SqlText Conflicts = new(
        "DELETE FROM event_conflicts WHERE seq IN (SELECT c.seq FROM event_conflicts AS c WHERE c.account_id = @Id LIMIT @Limit)",
        "DELETE FROM event_conflicts WHERE seq IN (SELECT TOP (@Limit) c.seq FROM event_conflicts AS c WHERE c.account_id = @Id)");

    private static readonly SqlText History = new(
        "DELETE FROM score_history WHERE account_id = @Id AND day IN (SELECT h.day FROM score_history AS h WHERE h.account_id = @Id ORDER "
            + "BY h.day LIMIT @Limit)",
        "DELETE FROM score_history WHERE account_id = @Id AND day IN (SELECT TOP (@Limit) h.day FROM score_history AS h WHERE "
            + "h.account_id = @Id ORDER BY h.day)");

    private static readonly SqlText Crossings = new(
        "DELETE FROM crossings WHERE id IN (SELECT c.id FROM crossings AS c WHERE c.account_id = @Id LIMIT @Limit)",
        "DELETE FROM crossings WHERE id IN (SELECT TOP (@Limit) c.id FROM crossings AS c WHERE c.account_id = @Id)");

    private static readonly SqlText AlertChanges = new(
        """
        DELETE FROM alert_changes WHERE (alert_id, number) IN (
            SELECT c.alert_id, c.number FROM alert_changes AS c WHERE c.account_id = @Id LIMIT @Limit)
        """,
        "DELETE TOP (@Limit) FROM alert_changes WHERE account_id = @Id");

    private static readonly SqlText Alerts = new(
        "DELETE FROM alerts WHERE id IN (SELECT a.id FROM alerts AS a WHERE a.account_id = @Id LIMIT @Limit)",
        "DELETE FROM alerts WHERE id IN (SELECT TOP (@Limit) a.id FROM alerts AS a WHERE a.account_id = @Id)");

    private static readonly SqlText Overrides = new(
        "DELETE FROM account_overrides WHERE id IN (SELECT o.id FROM account_overrides AS o WHERE o.account_id = @Id LIMIT @Limit)",
        "DELETE FROM account_overrides WHERE id IN (SELECT TOP (@Limit) o.id FROM account_overrides AS o WHERE o.account_id = @Id)");

    private static readonly SqlText Profiles = new(
        "DELETE FROM account_profiles WHERE account_id = @Id AND since IN (SELECT p.since FROM account_profiles AS p WHERE p.account_id = "
            + "@Id ORDER BY p.since LIMIT @Limit)",
        "DELETE FROM account_profiles WHERE account_id = @Id AND since IN (SELECT TOP (@Limit) p.since FROM account_profiles AS p WHERE "
            + "p.account_id = @Id ORDER BY p.since)");

    private static readonly SqlText DatedProfiles = new(
        """
        DELETE FROM dated_profiles WHERE account_id = @Id
            AND since IN (SELECT p.since FROM dated_profiles AS p WHERE p.account_id = @Id ORDER BY p.since LIMIT @Limit)
        """,
        """
        DELETE FROM dated_profiles WHERE account_id = @Id
            AND since IN (SELECT TOP (@Limit) p.since FROM dated_profiles AS p WHERE p.account_id = @Id ORDER BY p.since)
        """);

    private static readonly SqlText Checkpoints = new(
        "DELETE FROM account_checkpoints WHERE account_id = @Id AND horizon IN (SELECT c.horizon FROM account_checkpoints AS c WHERE "
            + "c.account_id = @Id ORDER BY c.horizon LIMIT @Limit)",
        "DELETE FROM account_checkpoints WHERE account_id = @Id AND horizon IN (SELECT TOP (@Limit) c.horizon FROM account_checkpoints AS "
            + "c WHERE c.account_id = @Id ORDER BY c.horizon)");

    /// <summary>
    /// Clears the account's id from the positions of finished jobs, which no longer need one. A running job moves to another account by
    /// itself, and finishing a job clears its position.
    /// </summary>
    private static readonly SqlText JobPositions = new(
        "UPDATE jobs SET position = NULL WHERE id IN (SELECT j.id FROM jobs AS j WHERE j.position = @Id AND j.finished_at IS NOT NULL "
            + "LIMIT @Limit)",
        "UPDATE jobs SET position = NULL WHERE id IN (SELECT TOP (@Limit) j.id FROM jobs AS j WHERE j.position = @Id AND j.finished_at IS "
            + "NOT NULL)");

    public static readonly (SqlText Delete, int Size)[] Chunks =
    [
        (Deliveries, DeliveriesChunkSize), (Messages, ChunkSize), (Feed, ChunkSize), (Events, ChunkSize), (Conflicts, ChunkSize),
        (History, ChunkSize), (Crossings, ChunkSize), (AlertChanges, ChunkSize), (Alerts, ChunkSize),
        (Overrides, ChunkSize), (Profiles, ChunkSize), (DatedProfiles, ChunkSize), (Checkpoints, CheckpointsChunkSize),
        (JobPositions, ChunkSize),
    ];
}
