using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Accounts;

/// <summary>
/// Builds the statements of a listing from constants only; values are parameters. A page reads one range of an index, or two: accounts
/// without a sort value sort lowest and are a range of their own, because one condition over both ranges would cause a scan.
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

    // A plan made for a filter that matches ten accounts is bad for one that matches half of them, so each query gets its own plan.
    private const string Recompile = " OPTION (RECOMPILE)";

    /// <summary>For each sort: its column, the id column that follows it in the index, and whether the value can be null.</summary>
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

    /// <summary>One statement per range, in order; the second is needed only where the first does not fill the page.</summary>
    public static IEnumerable<SqlText> Of(AccountFilter filter, string sort, AccountCursor? after)
    {
        var (order, where) = (Order(sort), AccountConditions.Of(filter));
        foreach (var range in Ranges(sort, after))
        {
            yield return new SqlText(
                "SELECT " + Select + where.Sqlite + range + order + " LIMIT @Limit",
                "SELECT TOP (@Limit) " + Select + where.SqlServer + range + order + Recompile);
        }
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
