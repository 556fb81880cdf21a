using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Accounts;

/// <summary>
/// Puts the statements of a listing together, from constants only; values travel as parameters. A page is one range of an index, or two:
/// accounts without a value sort lowest and are a range of their own, since a condition over both would be answered by a scan.
/// </summary>
internal static class AccountPages
{
    private const string Select = """
        a.name AS Name, a.profile AS Profile, a.segment AS Segment, a.phase AS Phase, a.version AS Version, a.created_at AS CreatedAt,
            a.updated_at AS UpdatedAt,
            a.arr AS Arr, a.mrr AS Mrr, a.renewal_date AS RenewalDate, a.currency AS Currency, a.licences AS Licences,
                a.churned_at AS ChurnedAt,
            a.terms_version AS TermsVersion,
            s.score AS Score, s.category AS Category, s.risk_score AS RiskScore, s.risk_level AS RiskLevel
        FROM accounts AS a JOIN account_states AS s ON s.account_id = a.id
        WHERE 1 = 1
        """;

    // The plan for an owner of ten accounts is a bad one for the category of half of them: it is made for the values at hand.
    private const string Anew = " OPTION (RECOMPILE)";

    /// <summary>Each sort with its column, the id that follows it in its index, and whether it can be null.</summary>
    private static readonly Dictionary<string, (string Value, string Id, bool Nullable)> Columns = new(StringComparer.Ordinal)
    {
        ["id"] = ("a.id", "a.id", false),
        ["name"] = ("a.name", "a.id", false),
        ["arr"] = ("a.arr", "a.id", true),
        ["mrr"] = ("a.mrr", "a.id", true),
        ["licences"] = ("a.licences", "a.id", true),
        ["renewalDate"] = ("a.renewal_date", "a.id", true),
        ["churnedAt"] = ("a.churned_at", "a.id", true),
        ["updatedAt"] = ("a.updated_at", "a.id", false),
        ["score"] = ("s.score", "s.account_id", true),
        ["churnRisk"] = ("s.risk_score", "s.account_id", false),
    };

    public static IReadOnlyCollection<string> SortNames => Columns.Keys;

    /// <summary>The page's parts in their order; the next is needed only where those before do not fill it.</summary>
    public static IEnumerable<SqlText> Of(AccountFilter filter, string sort, AccountCursor? after)
    {
        var (order, where) = (Order(sort), AccountConditions.Of(filter));
        foreach (var range in Ranges(sort, after))
            yield return new SqlText(
                "SELECT " + Select + where.Sqlite + range + order + " LIMIT @Limit",
                "SELECT TOP (@Limit) " + Select + where.SqlServer + range + order + Anew);
    }

    private static string[] Ranges(string sort, AccountCursor? after)
    {
        if (after is null) return [""];
        var (value, id, nullable) = Columns[sort.TrimStart('-')];
        return (sort.StartsWith('-'), after.Value is null) switch
        {
            (false, true) => [$" AND {value} IS NULL AND {id} > @AfterId", $" AND {value} IS NOT NULL"],
            (false, false) => [$" AND {value} >= @AfterValue AND ({value} > @AfterValue OR {id} > @AfterId)"],
            (true, true) => [$" AND {value} IS NULL AND {id} < @AfterId"],
            (true, false) => [
                $" AND {value} <= @AfterValue AND ({value} < @AfterValue OR {id} < @AfterId)", .. nullable ? [$" AND {value} IS NULL"]
                : Array.Empty<string>()],
        };
    }

    private static string Order(string sort)
    {
        var (value, id, _) = Columns[sort.TrimStart('-')];
        var direction = sort.StartsWith('-') ? " DESC" : "";
        return value == id ? $" ORDER BY {id}{direction}" : $" ORDER BY {value}{direction}, {id}{direction}";
    }
}
