using Dapper;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Accounts;

/// <summary>What a listing asks for; null asks nothing. Scores are compared as stored, in full.</summary>
public sealed record AccountFilter
{
    public string? Segment { get; init; }

    public string? Category { get; init; }

    public string? Risk { get; init; }

    public string? Owner { get; init; }

    public string? Phase { get; init; }

    public double? MinScore { get; init; }

    public double? MaxScore { get; init; }

    public string? Tag { get; init; }

    /// <summary>Whether health, churn risk or override point in opposite directions.</summary>
    public bool? Disagreement { get; init; }

    /// <summary>A part of the id or the name.</summary>
    public string? Q { get; init; }
}

/// <summary>Where the page before ended: the sort value (null sorts lowest) and the id of its last account.</summary>
public sealed record AccountCursor(string Sort, object? Value, string Id);

/// <summary>An account in a listing.</summary>
public sealed record ListedAccount(StoredAccount Stored, double? Score, string Category, double RiskScore, string RiskLevel, object? SortValue);

/// <summary>Pages over the accounts by seeking, never by skipping rows.</summary>
public sealed class AccountListing(IDatabase database)
{
    private const string Select = """
        a.profile AS Profile, a.segment AS Segment, a.phase AS Phase, a.version AS Version, a.created_at AS CreatedAt, a.updated_at AS UpdatedAt,
            a.arr AS Arr, a.mrr AS Mrr, a.renewal_date AS RenewalDate,
            s.score AS Score, s.category AS Category, s.risk_score AS RiskScore, s.risk_level AS RiskLevel
        FROM accounts AS a JOIN account_states AS s ON s.account_id = a.id
        WHERE 1 = 1
        """;

    private const string IgnoringCase = " COLLATE Latin1_General_CI_AS";

    /// <summary>The names a listing can be sorted by, each with its column.</summary>
    private static readonly Dictionary<string, string> Columns = new(StringComparer.Ordinal)
    {
        ["id"] = "a.id",
        ["name"] = "a.name",
        ["arr"] = "a.arr",
        ["mrr"] = "a.mrr",
        ["renewalDate"] = "a.renewal_date",
        ["updatedAt"] = "a.updated_at",
        ["score"] = "s.score",
        ["churnRisk"] = "s.risk_score",
    };

    public static IReadOnlyCollection<string> SortNames => Columns.Keys;

    /// <summary>Up to <paramref name="limit"/> accounts after the cursor.</summary>
    /// <param name="sort">One of <see cref="SortNames"/>; a leading minus sorts downwards.</param>
    public async Task<IReadOnlyList<ListedAccount>> ListAsync(AccountFilter filter, string sort, AccountCursor? after, int limit, CancellationToken cancellation)
    {
        var parameters = new DynamicParameters(filter);
        parameters.Add("Limit", limit);
        parameters.Add("Like", filter.Q is null ? null : Containing(filter.Q));
        parameters.Add("AfterValue", after?.Value);
        parameters.Add("AfterId", after?.Id);
        var rows = await database.ReadAsync(connection => connection.QueryAsync<ListedRow>(Page(filter, sort, after).For(connection), parameters), cancellation);
        return [.. rows.Select(row => row.ToListed(sort.TrimStart('-')))];
    }

    internal static SqlText Page(AccountFilter filter, string sort, AccountCursor? after)
    {
        var page = Select + Where(filter) + Seek(sort, after);
        return new SqlText("SELECT " + page + Q(filter, "") + Order(sort) + " LIMIT @Limit", "SELECT TOP (@Limit) " + page + Q(filter, IgnoringCase) + Order(sort));
    }

    /// <summary>The pattern of what holds the text. A bracket opens a class of characters in T-SQL, and is itself when escaped on both.</summary>
    internal static string Containing(string text) =>
        "%" + text.Replace("!", "!!").Replace("%", "!%").Replace("_", "!_").Replace("[", "![") + "%";

    /// <summary>A search ignores case: LIKE does so by itself on SQLite, and by a collation on SQL Server.</summary>
    private static string Q(AccountFilter filter, string collation) =>
        filter.Q is null ? "" : $" AND (a.name{collation} LIKE @Like ESCAPE '!' OR a.id{collation} LIKE @Like ESCAPE '!')";

    /// <summary>Only constants are put together here; values travel as parameters.</summary>
    private static string Where(AccountFilter filter) => string.Concat(
        filter.Segment is null ? "" : " AND a.segment = @Segment",
        filter.Category is null ? "" : " AND s.category = @Category",
        filter.Risk is null ? "" : " AND s.risk_level = @Risk",
        filter.Owner is null ? "" : " AND a.owner = @Owner")
        + string.Concat(
        filter.Phase is null ? "" : " AND a.phase = @Phase",
        filter.MinScore is null ? "" : " AND s.score >= @MinScore",
        filter.MaxScore is null ? "" : " AND s.score <= @MaxScore",
        filter.Tag is null ? "" : " AND a.id IN (SELECT account_id FROM account_tags WHERE tag = @Tag)")
        + (filter.Disagreement switch { true => " AND s.disagrees = 1", false => " AND s.disagrees = 0", null => "" });

    private static string Seek(string sort, AccountCursor? after)
    {
        if (after is null) return "";
        var (column, down) = Column(sort);
        return (down, after.Value is null) switch
        {
            (false, true) => $" AND (({column} IS NULL AND a.id > @AfterId) OR {column} IS NOT NULL)",
            (false, false) => $" AND ({column} > @AfterValue OR ({column} = @AfterValue AND a.id > @AfterId))",
            (true, true) => $" AND ({column} IS NULL AND a.id < @AfterId)",
            (true, false) => $" AND ({column} < @AfterValue OR ({column} = @AfterValue AND a.id < @AfterId) OR {column} IS NULL)",
        };
    }

    private static string Order(string sort)
    {
        var (column, down) = Column(sort);
        return down ? $" ORDER BY {column} DESC, a.id DESC" : $" ORDER BY {column}, a.id";
    }

    private static (string Column, bool Down) Column(string sort) => (Columns[sort.TrimStart('-')], sort.StartsWith('-'));

    private sealed record ListedRow
    {
        public string Profile { get; init; } = "";

        public string Segment { get; init; } = "";

        public string Phase { get; init; } = "";

        public long Version { get; init; }

        public DateTimeOffset CreatedAt { get; init; }

        public DateTimeOffset UpdatedAt { get; init; }

        public decimal? Arr { get; init; }

        public decimal? Mrr { get; init; }

        public DateTimeOffset? RenewalDate { get; init; }

        public double? Score { get; init; }

        public string Category { get; init; } = "";

        public double RiskScore { get; init; }

        public string RiskLevel { get; init; } = "";

        public ListedAccount ToListed(string sort)
        {
            var account = AccountColumns.FromProfile(Profile);
            var stored = new StoredAccount(account, Segment, Phase, Version, CreatedAt, UpdatedAt);
            object? value = sort switch
            {
                "name" => account.Name,
                "arr" => Arr,
                "mrr" => Mrr,
                "renewalDate" => RenewalDate,
                "updatedAt" => UpdatedAt,
                "score" => Score,
                "churnRisk" => RiskScore,
                _ => account.Id,
            };
            return new ListedAccount(stored, Score, Category, RiskScore, RiskLevel, value);
        }
    }
}
