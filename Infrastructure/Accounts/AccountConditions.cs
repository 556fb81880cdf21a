using System.Data.Common;
using Dapper;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Accounts;

/// <summary>
/// The SQL conditions of a listing's filters. The SQL is made of constants only. Values are parameters; several values of one filter are
/// one JSON array. A condition on another table is a look-up by the account's id, so that it costs the same however many rows match.
/// </summary>
internal static class AccountConditions
{
    private const string IgnoringCase = " COLLATE Latin1_General_CI_AS";

    /// <summary>Compares with several values. <c>@Values</c> is replaced by the filter's name.</summary>
    private const string InSqlite = " IN (SELECT value FROM json_each(@Values))";

    private const string InSqlServer =
        " IN (SELECT j.v COLLATE Latin1_General_100_BIN2 FROM OPENJSON(@Values) WITH (v nvarchar(128) '$') AS j)";

    /// <summary>The accounts of the external ids in the JSON array of the parameter.</summary>
    internal const string OfExternalIdsSqlite = "json_each(@ExternalId) AS r JOIN account_external_ids AS x"
        + " ON x.system = r.value ->> 'system' AND x.external_id = r.value ->> 'value'";

    /// <inheritdoc cref="OfExternalIdsSqlite"/>
    internal const string OfExternalIdsSqlServer = "OPENJSON(@ExternalId) WITH (system nvarchar(128), value nvarchar(128)) AS r"
        + " JOIN account_external_ids AS x ON x.system = r.system COLLATE Latin1_General_100_BIN2"
        + " AND x.external_id = r.value COLLATE Latin1_General_100_BIN2";

    private const string HasExternalId = " AND EXISTS (SELECT 1 FROM ", OfAccount = " AND x.account_id = a.id)";

    /// <summary>The filters that compare a text column.</summary>
    private static readonly (ListingFilter Filter, string Column, Func<AccountFilter, IReadOnlyList<string>?> Of)[] TextFilters =
    [
        (ListingFilter.Segment, "a.segment", filter => filter.Segment),
        (ListingFilter.Category, "s.category", filter => filter.Category),
        (ListingFilter.Risk, "s.risk_level", filter => filter.Risk),
        (ListingFilter.Owner, "a.owner", filter => filter.Owner),
        (ListingFilter.Phase, "a.phase", filter => filter.Phase),
        (ListingFilter.ParentId, "a.parent_id", filter => filter.ParentId),
    ];

    /// <summary>
    /// The condition of each filter that restricts the listing. Each begins with <c>AND</c> and names the columns of <c>accounts AS a</c>
    /// or <c>account_states AS s</c>.
    /// </summary>
    public static IReadOnlyDictionary<ListingFilter, SqlText> Of(AccountFilter filter)
    {
        var conditions = new Dictionary<ListingFilter, SqlText>();
        foreach (var (name, column, of) in TextFilters)
        {
            if (of(filter) is { } values) conditions.Add(name, Any(column, name.ToString(), values));
        }

        var score = (filter.MinScore is null ? "" : " AND s.score >= @MinScore")
            + (filter.MaxScore is null ? "" : " AND s.score <= @MaxScore");
        if (score.Length > 0) conditions.Add(ListingFilter.Score, Both(score));
        if (filter.MinRisk is not null) conditions.Add(ListingFilter.MinRisk, Both(" AND s.risk_score >= @MinRisk"));
        if (filter.RenewalBefore is not null) conditions.Add(ListingFilter.RenewalBefore, Both(" AND a.renewal_date < @RenewalBefore"));
        if (filter.Churned is { } churned)
            conditions.Add(ListingFilter.Churned, Both(churned ? " AND a.phase = 'churned'" : " AND a.phase <> 'churned'"));
        if (filter.Disagreement is { } disagrees)
            conditions.Add(ListingFilter.Disagreement, Both(disagrees ? " AND s.disagrees = 1" : " AND s.disagrees = 0"));
        if (filter.Tag is { } tags) conditions.Add(ListingFilter.Tag, Tags(tags));
        if (filter.ExternalId is not null)
        {
            conditions.Add(
                ListingFilter.ExternalId,
                new SqlText(HasExternalId + OfExternalIdsSqlite + OfAccount, HasExternalId + OfExternalIdsSqlServer + OfAccount));
        }

        if (filter.Q is not null) conditions.Add(ListingFilter.Q, new SqlText(Q(""), Q(IgnoringCase)));
        return conditions;
    }

    /// <summary>All of the conditions.</summary>
    public static SqlText Joined(IEnumerable<SqlText> conditions)
    {
        var all = conditions.ToList();
        return new SqlText(string.Concat(all.Select(one => one.Sqlite)), string.Concat(all.Select(one => one.SqlServer)));
    }

    /// <summary>The parameters of the conditions.</summary>
    public static DynamicParameters Parameters(DbConnection connection, AccountFilter filter)
    {
        var parameters = new DynamicParameters(new { filter.MinScore, filter.MaxScore, filter.MinRisk, filter.RenewalBefore });
        foreach (var (name, _, of) in TextFilters) parameters.Add(name.ToString(), Value(connection, of(filter)));
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
    internal static SqlText Any(string column, string name, IReadOnlyList<string> values) => values switch
    {
        [_] => new SqlText($" AND {column} = @{name}", $" AND {column} = @{name}"),
        _ => In(column, name),
    };

    /// <summary>The column has one of the values in the JSON array of the parameter.</summary>
    internal static SqlText In(string column, string name) => new(
        " AND " + column + InSqlite.Replace("@Values", "@" + name, StringComparison.Ordinal),
        " AND " + column + InSqlServer.Replace("@Values", "@" + name, StringComparison.Ordinal));

    private static SqlText Tags(IReadOnlyList<string> tags)
    {
        var any = Any("t.tag", "Tag", tags);
        const string Start = " AND EXISTS (SELECT 1 FROM account_tags AS t WHERE t.account_id = a.id";
        return new SqlText(Start + any.Sqlite + ")", Start + any.SqlServer + ")");
    }

    private static SqlText Both(string condition) => new(condition, condition);

    /// <summary>A search ignores case: LIKE always does on SQLite (for ASCII letters); SQL Server needs a collation.</summary>
    private static string Q(string collation) => $" AND (a.name{collation} LIKE @Like ESCAPE '!' OR a.id{collation} LIKE @Like ESCAPE '!')";
}
