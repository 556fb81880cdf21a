using System.Data.Common;
using Dapper;

namespace HealthApi.Infrastructure.Accounts;

/// <summary>
/// What a listing can be sorted by, with the index that is walked for it. The index holds beside the sort value all columns that
/// <see cref="Covered"/> needs, so that a walk reads no row of the table. Where the sort goes with a filter (<see cref="Lead"/>), the index
/// starts with the column of that filter: the walk then reads one range of it for each value.
/// </summary>
internal sealed record ListingSort(string Source, string Index, string Value, string Id, bool Nullable = false)
{
    private static readonly ListingFilter[] Profile =
        [ListingFilter.Segment, ListingFilter.Owner, ListingFilter.Phase, ListingFilter.Churned];

    private static readonly ListingFilter[] Standing =
    [
        ListingFilter.Category, ListingFilter.Risk, ListingFilter.Score, ListingFilter.MinRisk, ListingFilter.Disagreement,
    ];

    private static readonly Dictionary<string, ListingSort> Sorts = new(StringComparer.Ordinal)
    {
        ["id"] = new("accounts AS a", "ix_accounts_listed", "a.id", "a.id"),
        ["name"] = new("accounts AS a", "ix_accounts_by_name", "a.name", "a.id") { Covered = [.. Profile, ListingFilter.Q] },
        ["arr"] = new("accounts AS a", "ix_accounts_by_arr", "a.arr", "a.id", Nullable: true) { Lead = ListingFilter.Segment },
        ["mrr"] = new("accounts AS a", "ix_accounts_by_mrr", "a.mrr", "a.id", Nullable: true) { Lead = ListingFilter.Segment },
        ["licences"] =
            new("accounts AS a", "ix_accounts_by_licences", "a.licences", "a.id", Nullable: true) { Lead = ListingFilter.Segment },
        ["renewalDate"] = new("accounts AS a", "ix_accounts_by_renewal", "a.renewal_date", "a.id", Nullable: true)
        {
            Lead = ListingFilter.Phase,
            Covered = [.. Profile, ListingFilter.RenewalBefore],
        },
        ["churnedAt"] = new("accounts AS a", "ix_accounts_by_churn", "a.churned_at", "a.id", Nullable: true) { Lead = ListingFilter.Phase },
        ["updatedAt"] = new("accounts AS a", "ix_accounts_by_update", "a.updated_at", "a.id"),
        ["score"] = new("account_states AS s", "ix_account_states_by_score", "s.score", "s.account_id", Nullable: true)
        {
            Lead = ListingFilter.Category,
            Covered = Standing,
        },
        ["churnRisk"] = new("account_states AS s", "ix_account_states_by_risk", "s.risk_score", "s.account_id")
        {
            Lead = ListingFilter.Risk,
            Covered = [.. Standing.Except([ListingFilter.Score])],
        },
    };

    public static IReadOnlyCollection<string> Names => Sorts.Keys;

    /// <summary>The filter whose column the index starts with; null where it starts with the sort value.</summary>
    public ListingFilter? Lead { get; private init; }

    /// <summary>The filters that the index answers by itself.</summary>
    public IReadOnlyCollection<ListingFilter> Covered { get; private init; } = Profile;

    public bool IsOfStates => Id == "s.account_id";

    /// <param name="sort">One of <see cref="Names"/>; a leading minus is ignored.</param>
    public static ListingSort Of(string sort) => Sorts[sort.TrimStart('-')];

    /// <summary>The order of a page, by the names of a walk's columns or of the tables.</summary>
    public static string Order(string sort, string value, string id)
    {
        var direction = sort.StartsWith('-') ? " DESC" : "";
        return value == id ? $" ORDER BY {id}{direction}" : $" ORDER BY {value}{direction}, {id}{direction}";
    }

    /// <summary>
    /// The ranges of the index after the cursor, in their order. Each is one seek: a condition over two of them would be answered by
    /// reading everything before the cursor too.
    /// </summary>
    public IReadOnlyList<string> Ranges(string sort, AccountCursor? after)
    {
        if (after is null) return [""];
        var next = sort.StartsWith('-') ? "<" : ">";
        if (Value == Id) return [$" AND {Id} {next} @AfterId"];
        string[] rest = (sort.StartsWith('-'), after.Value is null) switch
        {
            (false, true) => [$" AND {Value} IS NOT NULL"],
            (true, true) => [],
            (true, false) when Nullable => [$" AND {Value} < @AfterValue", $" AND {Value} IS NULL"],
            _ => [$" AND {Value} {next} @AfterValue"],
        };
        var ties = after.Value is null ? $"{Value} IS NULL" : $"{Value} = @AfterValue";
        return [$" AND {ties} AND {Id} {next} @AfterId", .. rest];
    }

    /// <summary>The same ranges as one condition, for accounts that are read anyway.</summary>
    public string After(string sort, AccountCursor? after) => after is null ? ""
        : " AND (" + string.Join(" OR ", Ranges(sort, after).Select(range => "(" + range[" AND ".Length..] + ")")) + ")";

    /// <summary>Reads the accounts that a walk has found; their sort values have the type of the column.</summary>
    public async Task<IReadOnlyList<Walked>> ReadAsync(
        DbConnection connection, DbTransaction? transaction, string sort, string sql, DynamicParameters parameters)
    {
        return Value switch
        {
            "a.arr" or "a.mrr" => await ReadAsync<decimal?>(),
            "a.licences" => await ReadAsync<long?>(),
            "a.renewal_date" or "a.churned_at" or "a.updated_at" => await ReadAsync<DateTimeOffset?>(),
            "s.score" or "s.risk_score" => await ReadAsync<double?>(),
            _ => await ReadAsync<string>(),
        };

        async Task<IReadOnlyList<Walked>> ReadAsync<T>() =>
        [
            .. (await connection.QueryAsync<Found<T>>(sql, parameters, transaction))
                .Select(found => new Walked(new AccountCursor(sort, found.Value, found.Id), found.RuledOut)),
        ];
    }

    private sealed record Found<T>
    {
        public string Id { get; init; } = "";

        public T? Value { get; init; }

        public bool RuledOut { get; init; }
    }

    /// <summary>An entry of an index, and whether another index rules it out.</summary>
    public readonly record struct Walked(AccountCursor At, bool RuledOut);
}
