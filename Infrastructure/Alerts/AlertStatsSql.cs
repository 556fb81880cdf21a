using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Alerts;

/// <summary>
/// The statements of <see cref="AlertStatsReader"/>. They seek by the instant at which alerts opened or accounts churned. A median is the
/// mean of the one or two middle values.
/// </summary>
internal static class AlertStatsSql
{
    private const string Counts = """
        COUNT(*) AS Opened, COALESCE(SUM(CASE WHEN a.resolution IS NULL THEN 1 ELSE 0 END), 0) AS Active,
            COALESCE(SUM(CASE WHEN a.resolution = 'recovered' THEN 1 ELSE 0 END), 0) AS Recovered,
            COALESCE(SUM(CASE WHEN a.resolution = 'settled' THEN 1 ELSE 0 END), 0) AS Settled,
            COALESCE(SUM(CASE WHEN a.resolution = 'churned' THEN 1 ELSE 0 END), 0) AS Churned,
            COALESCE(SUM(CASE WHEN a.resolution = 'manual' THEN 1 ELSE 0 END), 0) AS Manual,
            COALESCE(SUM(CASE WHEN a.resolution = 'expired' THEN 1 ELSE 0 END), 0) AS Expired,
            COALESCE(SUM(CASE WHEN a.flapping = 1 THEN 1 ELSE 0 END), 0) AS Flapping, COALESCE(SUM(a.suppressed), 0) AS Suppressed
        """;

    private const string Opened = """
         FROM alerts AS a WHERE a.status IN ('open', 'acknowledged', 'resolved') AND a.opened_at >= @From AND a.opened_at < @To
        """;

    private const string ByOwner = "PARTITION BY a.owner ";

    public const string CountAll = "SELECT " + Counts + Opened;

    public static readonly SqlText CountOwners = new(
        "SELECT a.owner AS Owner, " + Counts + Opened + " GROUP BY a.owner ORDER BY COUNT(*) DESC, a.owner LIMIT @Limit",
        "SELECT TOP (@Limit) a.owner AS Owner, " + Counts + Opened + " GROUP BY a.owner ORDER BY COUNT(*) DESC, a.owner");

    public static readonly SqlText Acknowledged = Median("a.acknowledged_at", ""),
        AcknowledgedByOwner = Median("a.acknowledged_at", ByOwner),
        Resolved = Median("a.resolved_at", ""),
        ResolvedByOwner = Median("a.resolved_at", ByOwner);

    public static readonly SqlText FollowedByChurn = new(
        """
        SELECT COALESCE(SUM(CASE WHEN c.churned_at >= a.opened_at AND c.churned_at <= a.opened_at + 7776000000000 THEN 1 ELSE 0 END), 0)
                AS Followed,
            COALESCE(SUM(CASE WHEN a.opened_at > @Decided AND (c.churned_at IS NULL OR c.churned_at < a.opened_at) THEN 1 ELSE 0 END), 0)
                AS Undecided
        FROM alerts AS a JOIN accounts AS c ON c.id = a.account_id
        WHERE a.status IN ('open', 'acknowledged', 'resolved') AND a.opened_at >= @From AND a.opened_at < @To
        """,
        """
        SELECT COALESCE(SUM(CASE WHEN c.churned_at >= a.opened_at AND c.churned_at <= DATEADD(day, 90, a.opened_at) THEN 1 ELSE 0 END), 0)
                AS Followed,
            COALESCE(SUM(CASE WHEN a.opened_at > @Decided AND (c.churned_at IS NULL OR c.churned_at < a.opened_at) THEN 1 ELSE 0 END), 0)
                AS Undecided
        FROM alerts AS a JOIN accounts AS c ON c.id = a.account_id
        WHERE a.status IN ('open', 'acknowledged', 'resolved') AND a.opened_at >= @From AND a.opened_at < @To
        """);

    public static readonly SqlText WarnedBeforeChurn = new(
        """
        SELECT COUNT(*) AS Accounts, COALESCE(SUM(f.warned), 0) AS Warned FROM (
            SELECT CASE WHEN EXISTS (
                SELECT 1 FROM alerts AS a WHERE a.account_id = c.id AND a.opened_at <= c.churned_at - 1209600000000
                    AND (a.resolved_at IS NULL OR a.resolved_at >= c.churned_at - 7776000000000)) THEN 1 ELSE 0 END AS warned
            FROM accounts AS c WHERE c.phase = 'churned' AND c.churned_at >= @From AND c.churned_at < @To) AS f
        """,
        """
        SELECT COUNT(*) AS Accounts, COALESCE(SUM(f.warned), 0) AS Warned FROM (
            SELECT CASE WHEN EXISTS (
                SELECT 1 FROM alerts AS a WHERE a.account_id = c.id AND a.opened_at <= DATEADD(day, -14, c.churned_at)
                    AND (a.resolved_at IS NULL OR a.resolved_at >= DATEADD(day, -90, c.churned_at))) THEN 1 ELSE 0 END AS warned
            FROM accounts AS c WHERE c.phase = 'churned' AND c.churned_at >= @From AND c.churned_at < @To) AS f
        """);

    /// <summary>The median of the seconds from the opening to an instant.</summary>
    /// <param name="end">The column of the instant.</param>
    /// <param name="partition"><see cref="ByOwner"/> for a median for each owner; empty for one of all alerts.</param>
    private static SqlText Median(string end, string partition)
    {
        return new SqlText(
            Ranked("(" + end + " - a.opened_at) / 1000000"), Ranked("DATEDIFF(second, a.opened_at, " + end + ")"));

        string Ranked(string seconds) => (partition.Length > 0 ? "SELECT r.owner AS Owner, " : "SELECT ")
            + "AVG(r.seconds * 1.0) AS Median FROM (SELECT a.owner AS owner, " + seconds + " AS seconds, ROW_NUMBER() OVER (" + partition
            + "ORDER BY " + seconds + ") AS place, COUNT(*) OVER (" + partition + ") AS total" + Opened + " AND " + end
            + " IS NOT NULL) AS r WHERE 2 * r.place BETWEEN r.total AND r.total + 2" + (partition.Length > 0 ? " GROUP BY r.owner" : "");
    }
}
