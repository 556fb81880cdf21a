using System.Data.Common;
using System.Globalization;
using Dapper;
using HealthApi.Core.Alerts;
using HealthApi.Infrastructure.Accounts;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Alerts;

/// <summary>
/// Builds the statements of a listing of alerts from constants only; values are parameters. Alerts are found by their ids in an index,
/// which also holds what most filters compare; only then are their rows read.
/// </summary>
internal static class AlertPages
{
    /// <summary>The columns of an alert and of its account.</summary>
    internal const string Columns = """
         a.id AS Id, a.account_id AS AccountId, a.metric AS Metric, a.severity AS Severity, a.severity_rank AS SeverityRank,
            a.status AS Status, a.opened_at AS OpenedAt, a.updated_at AS UpdatedAt, a.confirmed_at AS ConfirmedAt,
            a.acknowledged_at AS AcknowledgedAt, a.acknowledged_by AS AcknowledgedBy, a.snoozed_until AS SnoozedUntil,
            a.resolved_at AS ResolvedAt, a.resolution AS Resolution, a.flapping AS Flapping, a.owner AS Owner,
            a.opened_score AS OpenedScore, a.opened_label AS OpenedLabel, a.worst_score AS WorstScore, a.worst_label AS WorstLabel,
            a.worst_at AS WorstAt,
            CASE WHEN a.status = 'resolved' THEN a.now_score WHEN a.metric = 'health' THEN s.score ELSE s.risk_score END AS NowScore,
            CASE WHEN a.status = 'resolved' THEN a.now_label WHEN a.metric = 'health' THEN s.category ELSE s.risk_level END AS NowLabel,
            a.reasons AS Reasons, a.interventions AS Interventions, a.crossings AS Crossings, a.cause AS Cause, a.suppressed AS Suppressed,
            a.arr AS SortArr, c.name AS Name, c.segment AS Segment, c.arr AS Arr, c.mrr AS Mrr, c.owner AS AccountOwner
        FROM
        """;

    /// <summary>The account, and its present standing, which an alert that is not resolved shows.</summary>
    internal const string Account =
        " JOIN accounts AS c ON c.id = a.account_id JOIN account_states AS s ON s.account_id = a.account_id";

    // A plan made for a filter that matches ten alerts is bad for one that matches half of them, so each query gets its own plan.
    private const string Recompile = " OPTION (RECOMPILE)";

    /// <summary>The filters that compare a text column.</summary>
    private static readonly (string Name, string Column, Func<AlertFilter, IReadOnlyList<string>?> Of)[] Texts =
    [
        ("Metric", "a.metric", filter => filter.Metric), ("Owner", "a.owner", filter => filter.Owner),
        ("Segment", "a.segment", filter => filter.Segment), ("AccountId", "a.account_id", filter => filter.AccountId),
    ];

    /// <summary>
    /// The index of the most selective filter, whose alerts are all read and sorted; null where the sort's index is walked.
    /// </summary>
    public static string? Driver(AlertFilter filter, AlertSort sort) => filter switch
    {
        { AccountId: not null } => "ix_alerts_of_account",
        { Owner: not null } => "ix_alerts_of_owner",
        { Since: not null } when sort.Column != "a.updated_at" => "ix_alerts_by_update",
        _ => null,
    };

    /// <summary>The first <c>@Limit</c> alerts in a range of the sort's index, within each status (<c>@Status0</c> and so on).</summary>
    public static SqlText Walk(AlertFilter filter, AlertSort sort, string range)
    {
        const string Branch = "SELECT b.Id FROM (SELECT";
        const string Union = " UNION ALL ";
        var where = Conditions(filter);
        var branches = Enumerable.Range(0, filter.Status.Count).Select(number =>
        {
            var status = " WHERE a.status = @Status" + number.ToString(CultureInfo.InvariantCulture) + range;
            return new SqlText(
                Branch + " a.id AS Id FROM alerts AS a INDEXED BY " + sort.Index + status + where.Sqlite + sort.Order
                    + " LIMIT @Limit) AS b",
                Branch + " TOP (@Limit) a.id AS Id FROM alerts AS a" + status + where.SqlServer + sort.Order + ") AS b");
        }).ToList();
        return new SqlText(
            "SELECT" + Columns + " (" + string.Join(Union, branches.Select(branch => branch.Sqlite))
                + ") AS p CROSS JOIN alerts AS a ON a.id = p.Id" + Account + sort.Order + " LIMIT @Limit",
            "SELECT TOP (@Limit)" + Columns + " (" + string.Join(Union, branches.Select(branch => branch.SqlServer))
                + ") AS p JOIN alerts AS a ON a.id = p.Id" + Account + sort.Order + Recompile);
    }

    /// <summary>The first <c>@Limit</c> alerts after the cursor among all that an index of a filter finds.</summary>
    public static SqlText Gather(AlertFilter filter, AlertSort sort, AlertPosition? after, string index)
    {
        var statuses = AccountConditions.In("a.status", "Statuses");
        var where = AccountConditions.Joined([statuses, Conditions(filter)]);
        var rest = after is null ? ""
            : " AND (" + string.Join(" OR ", sort.After(after).Select(range => "(" + range[" AND ".Length..] + ")")) + ")";
        return new SqlText(
            "SELECT" + Columns + " alerts AS a INDEXED BY " + index + Account + " WHERE 1 = 1" + where.Sqlite + rest + sort.Order
                + " LIMIT @Limit",
            "SELECT TOP (@Limit)" + Columns + " alerts AS a" + Account + " WHERE 1 = 1" + where.SqlServer + rest + sort.Order + Recompile);
    }

    /// <summary>The parameters of both statements.</summary>
    public static DynamicParameters Parameters(DbConnection connection, AlertFilter filter, AlertPosition? after, int limit)
    {
        var parameters = new DynamicParameters(new { filter.Since, after?.Rank, after?.Arr, after?.At, after?.Id, Limit = limit });
        foreach (var (name, _, of) in Texts)
        {
            if (of(filter) is { } values) parameters.Add(name, values is [var one] ? one : JsonRows.Of(connection, values));
        }

        parameters.Add("Ranks", JsonRows.Of(connection, Ranks(filter)));
        parameters.Add("Statuses", JsonRows.Of(connection, filter.Status));
        for (var number = 0; number < filter.Status.Count; number++)
            parameters.Add("Status" + number.ToString(CultureInfo.InvariantCulture), filter.Status[number]);
        return parameters;
    }

    /// <summary>The ranks of the severities; 0 is the worst.</summary>
    private static IEnumerable<int> Ranks(AlertFilter filter) =>
        Enumerable.Range(0, AlertWords.SeverityNames.Count)
            .Where(rank => filter.Severity?.Contains(AlertWords.SeverityNames[rank]) == true);

    private static SqlText Conditions(AlertFilter filter)
    {
        var texts = Texts.Where(text => text.Of(filter) is not null)
            .Select(text => AccountConditions.Any(text.Column, text.Name, text.Of(filter)!));
        if (filter.Severity is not null) texts = texts.Append(AccountConditions.In("a.severity_rank", "Ranks"));
        var since = filter.Since is null ? "" : " AND a.updated_at >= @Since";
        return AccountConditions.Joined([.. texts, new SqlText(since, since)]);
    }
}
