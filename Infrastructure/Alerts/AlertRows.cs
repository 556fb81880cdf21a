using System.Data.Common;
using Dapper;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Alerts;

/// <summary>The rows of alerts and of their histories, read and written by any number with one statement.</summary>
internal static class AlertRows
{
    private const string Columns = """
        SELECT id AS Id, account_id AS AccountId, metric AS Metric, severity AS Severity, severity_rank AS SeverityRank,
            status AS Status, opened_at AS OpenedAt, updated_at AS UpdatedAt, confirmed_at AS ConfirmedAt,
            acknowledged_at AS AcknowledgedAt, acknowledged_by AS AcknowledgedBy, snoozed_until AS SnoozedUntil,
            resolved_at AS ResolvedAt, resolution AS Resolution, flapping AS Flapping, owner AS Owner,
            assigned_owner AS AssignedOwner, segment AS Segment, arr AS Arr, opened_score AS OpenedScore, opened_label AS OpenedLabel,
            worst_rank AS WorstRank, worst_score AS WorstScore, worst_label AS WorstLabel, worst_at AS WorstAt, now_score AS NowScore,
            now_label AS NowLabel, reasons AS Reasons, interventions AS Interventions, crossings AS Crossings, cause AS Cause,
            changes AS Changes, messages AS Messages, suppressed AS Suppressed
        FROM alerts
        """ + " ";

    private static readonly SqlText SelectByIds = new(
        Columns + "WHERE id IN (SELECT value FROM json_each(@Ids))",
        Columns + "WHERE id IN (SELECT j.v COLLATE Latin1_General_100_BIN2 FROM OPENJSON(@Ids) WITH (v nvarchar(64) '$') AS j)");

    private const string Rows = """
        OPENJSON(@Rows) WITH (
            id nvarchar(64), accountId nvarchar(128) '$.accountId', metric nvarchar(64), severity nvarchar(16),
            severityRank bigint '$.severityRank', status nvarchar(16), openedAt datetime2(6) '$.openedAt',
            updatedAt datetime2(6) '$.updatedAt', confirmedAt datetime2(6) '$.confirmedAt',
            acknowledgedAt datetime2(6) '$.acknowledgedAt', acknowledgedBy nvarchar(200) '$.acknowledgedBy',
            snoozedUntil datetime2(6) '$.snoozedUntil', resolvedAt datetime2(6) '$.resolvedAt', resolution nvarchar(16), flapping bit,
            owner nvarchar(200), assignedOwner nvarchar(200) '$.assignedOwner', segment nvarchar(64), arr decimal(19,4),
            openedScore float '$.openedScore', openedLabel nvarchar(64) '$.openedLabel', worstRank bigint '$.worstRank',
            worstScore float '$.worstScore', worstLabel nvarchar(64) '$.worstLabel', worstAt datetime2(6) '$.worstAt',
            nowScore float '$.nowScore', nowLabel nvarchar(64) '$.nowLabel', reasons nvarchar(max), interventions nvarchar(max),
            crossings nvarchar(max), cause nvarchar(16), changes bigint, messages bigint, suppressed bigint) AS r
        """;

    // What never changes of an alert stays as it was inserted.
    private static readonly SqlText Upsert = new(
        """
        INSERT INTO alerts (
            id, account_id, metric, severity, severity_rank, status, opened_at, updated_at, confirmed_at, acknowledged_at,
            acknowledged_by, snoozed_until, resolved_at, resolution, flapping, owner, assigned_owner, segment, arr, opened_score,
            opened_label, worst_rank, worst_score, worst_label, worst_at, now_score, now_label, reasons, interventions, crossings,
            cause, changes, messages, suppressed)
        SELECT json_extract(value, '$.id'), json_extract(value, '$.accountId'), json_extract(value, '$.metric'),
            json_extract(value, '$.severity'), json_extract(value, '$.severityRank'), json_extract(value, '$.status'),
            json_extract(value, '$.openedAt'), json_extract(value, '$.updatedAt'), json_extract(value, '$.confirmedAt'),
            json_extract(value, '$.acknowledgedAt'), json_extract(value, '$.acknowledgedBy'), json_extract(value, '$.snoozedUntil'),
            json_extract(value, '$.resolvedAt'), json_extract(value, '$.resolution'), json_extract(value, '$.flapping'),
            json_extract(value, '$.owner'), json_extract(value, '$.assignedOwner'), json_extract(value, '$.segment'),
            json_extract(value, '$.arr'), json_extract(value, '$.openedScore'), json_extract(value, '$.openedLabel'),
            json_extract(value, '$.worstRank'), json_extract(value, '$.worstScore'), json_extract(value, '$.worstLabel'),
            json_extract(value, '$.worstAt'), json_extract(value, '$.nowScore'), json_extract(value, '$.nowLabel'),
            json_extract(value, '$.reasons'), json_extract(value, '$.interventions'), json_extract(value, '$.crossings'),
            json_extract(value, '$.cause'), json_extract(value, '$.changes'), json_extract(value, '$.messages'),
            json_extract(value, '$.suppressed')
        FROM json_each(@Rows) WHERE true
        ON CONFLICT (id) DO UPDATE SET
            severity = excluded.severity, severity_rank = excluded.severity_rank, status = excluded.status,
            updated_at = excluded.updated_at, confirmed_at = excluded.confirmed_at, acknowledged_at = excluded.acknowledged_at,
            acknowledged_by = excluded.acknowledged_by, snoozed_until = excluded.snoozed_until, resolved_at = excluded.resolved_at,
            resolution = excluded.resolution, flapping = excluded.flapping, owner = excluded.owner,
            assigned_owner = excluded.assigned_owner, segment = excluded.segment, arr = excluded.arr,
            worst_rank = excluded.worst_rank, worst_score = excluded.worst_score, worst_label = excluded.worst_label,
            worst_at = excluded.worst_at, now_score = excluded.now_score, now_label = excluded.now_label, reasons = excluded.reasons,
            interventions = excluded.interventions, crossings = excluded.crossings, cause = excluded.cause,
            changes = excluded.changes, messages = excluded.messages, suppressed = excluded.suppressed
        """,
        """
        INSERT INTO alerts (
            id, account_id, metric, severity, severity_rank, status, opened_at, updated_at, confirmed_at, acknowledged_at,
            acknowledged_by, snoozed_until, resolved_at, resolution, flapping, owner, assigned_owner, segment, arr, opened_score,
            opened_label, worst_rank, worst_score, worst_label, worst_at, now_score, now_label, reasons, interventions, crossings,
            cause, changes, messages, suppressed)
        SELECT r.id, r.accountId, r.metric, r.severity, r.severityRank, r.status, r.openedAt, r.updatedAt, r.confirmedAt,
            r.acknowledgedAt, r.acknowledgedBy, r.snoozedUntil, r.resolvedAt, r.resolution, r.flapping, r.owner, r.assignedOwner,
            r.segment, r.arr, r.openedScore, r.openedLabel, r.worstRank, r.worstScore, r.worstLabel, r.worstAt, r.nowScore,
            r.nowLabel, r.reasons, r.interventions, r.crossings, r.cause, r.changes, r.messages, r.suppressed
        FROM
        """ + " " + Rows + """
         WHERE NOT EXISTS (SELECT 1 FROM alerts WHERE alerts.id = r.id COLLATE Latin1_General_100_BIN2);

        UPDATE alerts SET severity = r.severity, severity_rank = r.severityRank, status = r.status, updated_at = r.updatedAt,
            confirmed_at = r.confirmedAt, acknowledged_at = r.acknowledgedAt, acknowledged_by = r.acknowledgedBy,
            snoozed_until = r.snoozedUntil, resolved_at = r.resolvedAt, resolution = r.resolution, flapping = r.flapping,
            owner = r.owner, assigned_owner = r.assignedOwner, segment = r.segment, arr = r.arr, worst_rank = r.worstRank,
            worst_score = r.worstScore, worst_label = r.worstLabel, worst_at = r.worstAt, now_score = r.nowScore,
            now_label = r.nowLabel, reasons = r.reasons, interventions = r.interventions, crossings = r.crossings, cause = r.cause,
            changes = r.changes, messages = r.messages, suppressed = r.suppressed
        FROM alerts,
        """ + " " + Rows + """
         WHERE alerts.id = r.id COLLATE Latin1_General_100_BIN2;
        """);

    private static readonly SqlText AppendHistory = new(
        """
        INSERT INTO alert_changes (alert_id, number, account_id, at, what, cause, score, label, made_by, note)
        SELECT json_extract(value, '$.alertId'), json_extract(value, '$.number'), json_extract(value, '$.accountId'),
            json_extract(value, '$.at'), json_extract(value, '$.what'), json_extract(value, '$.cause'), json_extract(value, '$.score'),
            json_extract(value, '$.label'), json_extract(value, '$.madeBy'), json_extract(value, '$.note')
        FROM json_each(@Rows) WHERE true
        ON CONFLICT (alert_id, number) DO NOTHING
        """,
        """
        INSERT INTO alert_changes (alert_id, number, account_id, at, what, cause, score, label, made_by, note)
        SELECT r.alertId, r.number, r.accountId, r.at, r.what, r.cause, r.score, r.label, r.madeBy, r.note
        FROM OPENJSON(@Rows) WITH (
            alertId nvarchar(64) '$.alertId', number bigint, accountId nvarchar(128) '$.accountId', at datetime2(6), what nvarchar(16),
            cause nvarchar(16), score float, label nvarchar(64), madeBy nvarchar(200) '$.madeBy', note nvarchar(max)) AS r
        WHERE NOT EXISTS (
            SELECT 1 FROM alert_changes AS c WHERE c.alert_id = r.alertId COLLATE Latin1_General_100_BIN2 AND c.number = r.number);
        """);

    public static async Task<IReadOnlyDictionary<string, AlertRow>> ReadAsync(DbTransaction transaction, IReadOnlyCollection<string> ids)
    {
        var connection = transaction.Connection!;
        var rows = await connection.QueryAsync<AlertRow>(
            SelectByIds.For(connection), new { Ids = JsonRows.Of(connection, ids) }, transaction);
        return rows.ToDictionary(row => row.Id, StringComparer.Ordinal);
    }

    /// <summary>Inserts or updates the alerts and appends to their histories; an entry that exists stays as it is.</summary>
    public static async Task WriteAsync(
        DbTransaction transaction, IEnumerable<AlertRow> alerts, IReadOnlyCollection<AlertHistoryRow> history)
    {
        var connection = transaction.Connection!;
        var ordered = alerts.OrderBy(row => row.Id, StringComparer.Ordinal);
        await connection.ExecuteAsync(Upsert.For(connection), new { Rows = JsonRows.Of(connection, ordered) }, transaction);
        if (history.Count == 0) return;
        await connection.ExecuteAsync(AppendHistory.For(connection), new { Rows = JsonRows.Of(connection, history) }, transaction);
    }
}
