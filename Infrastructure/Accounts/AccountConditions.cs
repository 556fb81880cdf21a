using System.Data.Common;
using Dapper;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Accounts;

/// <summary>
/// The SQL conditions of a listing's filters. The SQL is made of constants only. Values are parameters; several values of one filter are
/// one JSON array.
/// </summary>
internal static class AccountConditions
{
    private const string IgnoringCase = " COLLATE Latin1_General_CI_AS";

    /// <summary>Compares with several values. <c>@Values</c> is replaced by the filter's name.</summary>
    private const string InSqlite = " IN (SELECT value FROM json_each(@Values))";

    private const string InSqlServer =
        " IN (SELECT j.v COLLATE Latin1_General_100_BIN2 FROM OPENJSON(@Values) WITH (v nvarchar(128) '$') AS j)";

    private const string ExternalIdsSqlite = """
         AND a.id IN (
            SELECT x.account_id FROM json_each(@ExternalId) AS r JOIN account_external_ids AS x ON x.system = r.value ->> 'system'
                AND x.external_id = r.value ->> 'value')
        """;

    private const string ExternalIdsSqlServer = """
         AND a.id IN (
            SELECT x.account_id FROM OPENJSON(@ExternalId) WITH (system nvarchar(128), value nvarchar(128)) AS r
            JOIN account_external_ids AS x ON x.system = r.system COLLATE Latin1_General_100_BIN2
                AND x.external_id = r.value COLLATE Latin1_General_100_BIN2)
        """;

    /// <summary>The filters that compare a text column.</summary>
    private static readonly (string Name, string Column, Func<AccountFilter, IReadOnlyList<string>?> Of)[] TextFilters =
    [
        ("Segment", "a.segment", filter => filter.Segment),
        ("Category", "s.category", filter => filter.Category),
        ("Risk", "s.risk_level", filter => filter.Risk),
        ("Owner", "a.owner", filter => filter.Owner),
        ("Phase", "a.phase", filter => filter.Phase),
        ("ParentId", "a.parent_id", filter => filter.ParentId),
    ];

    public static SqlText Of(AccountFilter filter)
    {
        var both = string.Concat(
            filter.MinScore is null ? "" : " AND s.score >= @MinScore",
            filter.MaxScore is null ? "" : " AND s.score <= @MaxScore",
            filter.MinRisk is null ? "" : " AND s.risk_score >= @MinRisk",
            filter.RenewalBefore is null ? "" : " AND a.renewal_date < @RenewalBefore")
            + (filter.Churned switch { true => " AND a.phase = 'churned'", false => " AND a.phase <> 'churned'", null => "" })
            + (filter.Disagreement switch { true => " AND s.disagrees = 1", false => " AND s.disagrees = 0", null => "" });
        var texts = TextFilters.Select(text => Any(text.Column, text.Name, text.Of(filter))).Append(Tags(filter.Tag)).ToList();
        return new SqlText(
            string.Concat(texts.Select(text => text.Sqlite)) + both + (filter.ExternalId is null ? "" : ExternalIdsSqlite) + Q(filter, ""),
            string.Concat(texts.Select(text => text.SqlServer)) + both + (filter.ExternalId is null ? "" : ExternalIdsSqlServer)
                + Q(filter, IgnoringCase));
    }

    /// <summary>The parameters of the conditions.</summary>
    public static DynamicParameters Parameters(DbConnection connection, AccountFilter filter)
    {
        var parameters = new DynamicParameters(new { filter.MinScore, filter.MaxScore, filter.MinRisk, filter.RenewalBefore });
        foreach (var (name, _, of) in TextFilters) parameters.Add(name, Value(connection, of(filter)));
        parameters.Add("Tag", Value(connection, filter.Tag));
        parameters.Add("ExternalId", filter.ExternalId is { } ids ? JsonRows.Of(connection, ids) : null);
        parameters.Add("Like", filter.Q is null ? null : Containing(filter.Q));
        return parameters;
    }

    /// <summary>
    /// The LIKE pattern that matches every value that contains the text. A bracket is escaped too: in T-SQL it opens a character class, and
    /// both databases read an escaped bracket as a bracket.
    /// </summary>
    internal static string Containing(string text) =>
        "%" + text.Replace("!", "!!").Replace("%", "!%").Replace("_", "!_").Replace("[", "![") + "%";

    private static string? Value(DbConnection connection, IReadOnlyList<string>? values) =>
        values switch { null => null, [var one] => one, _ => JsonRows.Of(connection, values) };

    /// <summary>
    /// One value is compared with <c>=</c>, so that an index returns the rows in the order of the page; several are compared with
    /// <c>IN</c>.
    /// </summary>
    private static SqlText Any(string column, string name, IReadOnlyList<string>? values) => values switch
    {
        null => new SqlText("", ""),
        [_] => new SqlText($" AND {column} = @{name}", $" AND {column} = @{name}"),
        _ => new SqlText(
            " AND " + column + InSqlite.Replace("@Values", "@" + name, StringComparison.Ordinal),
            " AND " + column + InSqlServer.Replace("@Values", "@" + name, StringComparison.Ordinal)),
    };

    private static SqlText Tags(IReadOnlyList<string>? tags)
    {
        if (tags is null) return new SqlText("", "");
        var any = Any("t.tag", "Tag", tags);
        const string Start = " AND a.id IN (SELECT t.account_id FROM account_tags AS t WHERE 1 = 1";
        return new SqlText(Start + any.Sqlite + ")", Start + any.SqlServer + ")");
    }

    /// <summary>A search ignores case: LIKE always does on SQLite (for ASCII letters); SQL Server needs a collation.</summary>
    private static string Q(AccountFilter filter, string collation) =>
        filter.Q is null ? "" : $" AND (a.name{collation} LIKE @Like ESCAPE '!' OR a.id{collation} LIKE @Like ESCAPE '!')";
}
