using System.Globalization;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Accounts;

/// <summary>
/// Builds the statements of a listing from constants only; values are parameters. Accounts are found by their ids in an index
/// (<see cref="Walk"/>, <see cref="ListingDriver"/>); only then are their rows read and all conditions checked (<see cref="Read"/>).
/// </summary>
internal static class AccountPages
{
    private const string Columns = """
         a.id AS Id, a.name AS Name, a.profile AS Profile, a.segment AS Segment, a.phase AS Phase, a.version AS Version,
            a.created_at AS CreatedAt, a.updated_at AS UpdatedAt,
            a.arr AS Arr, a.mrr AS Mrr, a.renewal_date AS RenewalDate, a.currency AS Currency, a.licences AS Licences,
                a.churned_at AS ChurnedAt,
            a.terms_version AS TermsVersion,
            s.score AS Score, s.category AS Category, s.risk_score AS RiskScore, s.risk_level AS RiskLevel
        FROM
        """;

    private const string FoundSqlServer = " OPENJSON(@Ids) WITH (v nvarchar(128) '$') AS i"
        + " JOIN accounts AS a ON a.id = i.v COLLATE Latin1_General_100_BIN2 JOIN account_states AS s ON s.account_id = a.id WHERE 1 = 1";

    // A plan made for a filter that matches ten accounts is bad for one that matches half of them, so each query gets its own plan.
    private const string Recompile = " OPTION (RECOMPILE)";

    private const string Profiles = " CROSS JOIN accounts AS a INDEXED BY sqlite_autoindex_accounts_1 ON a.id = i.value";

    private const string States =
        " CROSS JOIN account_states AS s INDEXED BY sqlite_autoindex_account_states_1 ON s.account_id = i.value";

    // SQLite joins in this order, each by its key. The table that leaves out more accounts is read first.
    private const string ProfilesFirst = " json_each(@Ids) AS i" + Profiles + States + " WHERE 1 = 1";

    private const string StatesFirst = " json_each(@Ids) AS i" + States + Profiles + " WHERE 1 = 1";

    /// <summary>The first <c>@Limit</c> of the accounts <c>@Ids</c> that match the conditions and come after the cursor.</summary>
    public static SqlText Read(ListingQuery query, AccountCursor? after)
    {
        var where = AccountConditions.Joined(query.Conditions.Values);
        var probes = ListingProbes.Of(query.Conditions, "i.value");
        var end = query.Sort.After(query.SortName, after) + ListingSort.Order(query.SortName, query.Sort.Value, query.Sort.Id);
        var found = query.Conditions.Keys.Any(ListingProbes.IsOfStates) ? StatesFirst : ProfilesFirst;
        return new SqlText(
            "SELECT" + Columns + found + probes.Sqlite + where.Sqlite + end + " LIMIT @Limit",
            "SELECT TOP (@Limit)" + Columns + FoundSqlServer + where.SqlServer + end + Recompile);
    }

    /// <summary>
    /// The first <c>@Limit</c> of the accounts in a range by an index of states that starts with one of the filters and not with the sort:
    /// all its entries for that filter are read and sorted, but no row is.
    /// </summary>
    public static SqlText Gather(ListingQuery query, string range, string index)
    {
        var where = AccountConditions.Joined(query.Conditions.Values);
        var select = " s.account_id AS Id, " + query.Sort.Value + " AS Value FROM account_states AS s";
        var order = ListingSort.Order(query.SortName, query.Sort.Value, query.Sort.Id);
        return new SqlText(
            "SELECT" + select + " INDEXED BY " + index + " WHERE 1 = 1" + where.Sqlite + range + order + " LIMIT @Limit",
            "SELECT TOP (@Limit)" + select + " WHERE 1 = 1" + where.SqlServer + range + order + Recompile);
    }

    /// <summary>
    /// The first <c>@Limit</c> entries of the sort's index in a range, and within each value of the leading column (<c>@Lead0</c>,
    /// <c>@Lead1</c> and so on) those that match the filters that the index answers. The entries that other narrow indexes rule out are
    /// marked and not left out, so that the walk goes on after the last entry.
    /// </summary>
    /// <param name="leads">The number of values of the leading column; 0 where the index begins with the sort value.</param>
    public static SqlText Walk(ListingQuery query, string range, int leads)
    {
        const string Branch = "SELECT b.Id, b.Value FROM (";
        const string Union = " UNION ALL ";
        var sort = query.Sort;
        var covered = AccountConditions.Joined(query.Conditions.Where(one => query.IsWalked(one.Key)).Select(one => one.Value));
        var select = " " + sort.Id + " AS Id, " + sort.Value + " AS Value FROM " + sort.Source;
        var order = ListingSort.Order(query.SortName, sort.Value, sort.Id);
        var branches = Enumerable.Range(0, Math.Max(leads, 1)).Select(number =>
        {
            var lead = " WHERE " + (leads == 0 ? "1 = 1" : query.LeadColumn + " = @Lead" + number.ToString(CultureInfo.InvariantCulture));
            return new SqlText(
                Branch + "SELECT" + select + " INDEXED BY " + sort.Index + lead + range + covered.Sqlite + order + " LIMIT @Limit) AS b",
                Branch + "SELECT TOP (@Limit)" + select + lead + range + covered.SqlServer + order + ") AS b");
        }).ToList();
        var others = ListingProbes.Of(query.Conditions.Where(one => !sort.Covered.Contains(one.Key)).ToDictionary(), "p.Id");
        var whole = ") AS p" + ListingSort.Order(query.SortName, sort.Value == sort.Id ? "p.Id" : "p.Value", "p.Id");
        return new SqlText(
            "SELECT" + Flag(others.Sqlite) + string.Join(Union, branches.Select(branch => branch.Sqlite)) + whole + " LIMIT @Limit",
            "SELECT TOP (@Limit)" + Flag(others.SqlServer) + string.Join(Union, branches.Select(branch => branch.SqlServer)) + whole
                + Recompile);

        static string Flag(string probes) =>
            " p.Id, p.Value, " + (probes.Length == 0 ? "0" : "CASE WHEN 1 = 1" + probes + " THEN 0 ELSE 1 END") + " AS RuledOut FROM (";
    }
}
