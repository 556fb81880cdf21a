using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Accounts;

/// <summary>
/// Filters whose accounts an index lists. Where they are few, a page is the best of all of them. Each has two statements: one counts the
/// entries of the index up to a limit, the other returns the ids.
/// </summary>
/// <param name="Filter">The filter.</param>
/// <param name="Entries">Counts its entries, up to <c>@Limit</c>.</param>
/// <param name="Ids">Up to <c>@Limit</c> of its accounts that narrow indexes do not rule out by the other filters.</param>
/// <param name="Leads">The column whose values both statements need, as the JSON array <c>@Leads</c>.</param>
internal sealed record ListingDriver(ListingFilter Filter, SqlText Entries, SqlText Ids, ListingFilter? Leads = null)
{
    /// <summary>The index of states that starts with the filter and holds both scores. Null for other filters.</summary>
    public string? StatesIndex => Filter == ListingFilter.Category ? "ix_account_states_by_score" : null;

    /// <summary>The index of each filter, and the leading column where the filter's own comes second.</summary>
    private static readonly (ListingFilter Filter, string Source, string Index, string Id, ListingFilter? Leads)[] Indexes =
    [
        (ListingFilter.ParentId, "accounts AS a", "ix_accounts_of_parent", "a.id", null),
        (ListingFilter.Owner, "accounts AS a", "ix_accounts_of_owner", "a.id", null),
        (ListingFilter.Segment, "accounts AS a", "ix_accounts_by_arr", "a.id", null),
        (ListingFilter.Phase, "accounts AS a", "ix_accounts_by_churn", "a.id", null),
        (ListingFilter.RenewalBefore, "accounts AS a", "ix_accounts_by_renewal", "a.id", ListingFilter.Phase),
        (ListingFilter.Category, "account_states AS s", "ix_account_states_by_score", "s.account_id", null),
        (ListingFilter.Risk, "account_states AS s", "ix_account_states_by_risk", "s.account_id", null),
        (ListingFilter.Score, "account_states AS s", "ix_account_states_by_score", "s.account_id", ListingFilter.Category),
        (ListingFilter.MinRisk, "account_states AS s", "ix_account_states_by_risk", "s.account_id", ListingFilter.Risk),
    ];

    /// <summary>The filters of the query that an index lists.</summary>
    public static IEnumerable<ListingDriver> Of(ListingQuery query)
    {
        foreach (var (filter, source, index, id, leads) in Indexes)
        {
            if (query.Conditions.TryGetValue(filter, out var condition))
                yield return Of(query, filter, source, index, id, leads, condition);
        }

        if (query.Filter is { Churned: true, Phase: null })
        {
            yield return Of(
                query, ListingFilter.Churned, "accounts AS a", "ix_accounts_by_churn", "a.id", null,
                query.Conditions[ListingFilter.Churned]);
        }

        if (query.Filter.Disagreement == true)
        {
            yield return Of(
                query, ListingFilter.Disagreement, "account_states AS s", "ix_account_states_disagrees", "s.account_id", null,
                query.Conditions[ListingFilter.Disagreement]);
        }

        if (query.Filter.Tag is { } tags)
        {
            var any = AccountConditions.Any("t.tag", "Tag", tags);
            yield return Of(query, ListingFilter.Tag, "t.account_id", new(" FROM account_tags AS t", " FROM account_tags AS t"), any, null);
        }

        if (query.Filter.ExternalId is not null)
        {
            yield return Of(
                query, ListingFilter.ExternalId, "x.account_id",
                new(" FROM " + AccountConditions.OfExternalIdsSqlite, " FROM " + AccountConditions.OfExternalIdsSqlServer), new("", ""),
                null);
        }
    }

    /// <summary>The accounts that a search finds. All names are read, so this is the last resort.</summary>
    public static ListingDriver OfSearch(ListingQuery query) =>
        Of(query, ListingFilter.Q, "accounts AS a", "ix_accounts_by_name", "a.id", null, query.Conditions[ListingFilter.Q]);

    private static ListingDriver Of(
        ListingQuery query, ListingFilter filter, string source, string index, string id, ListingFilter? leads, SqlText condition)
    {
        var lead = leads is { } first ? AccountConditions.In(ListingQuery.Column(first), "Leads") : new SqlText("", "");
        return Of(
            query, filter, id, new SqlText($" FROM {source} INDEXED BY {index}", " FROM " + source),
            AccountConditions.Joined([lead, condition]), leads);
    }

    private static ListingDriver Of(
        ListingQuery query, ListingFilter filter, string id, SqlText from, SqlText condition, ListingFilter? leads)
    {
        var others = query.Conditions.Where(one => one.Key != filter).ToDictionary(one => one.Key, one => one.Value);
        var probes = ListingProbes.Of(others, "f.Id");
        const string Where = " WHERE 1 = 1";
        const string Count = "SELECT COUNT(*) FROM (SELECT ";
        const string Top = "TOP (@Limit) ";
        const string Recompile = " OPTION (RECOMPILE)";
        var sqlite = id + " AS Id" + from.Sqlite + Where + condition.Sqlite;
        var sqlServer = id + " AS Id" + from.SqlServer + Where + condition.SqlServer;
        return new ListingDriver(
            filter,
            new SqlText(Count + sqlite + " LIMIT @Limit) AS f", Count + Top + sqlServer + ") AS f" + Recompile),
            new SqlText(
                "SELECT DISTINCT f.Id FROM (SELECT " + sqlite + ") AS f" + Where + probes.Sqlite + " LIMIT @Limit",
                "SELECT DISTINCT TOP (@Limit) f.Id FROM (SELECT " + sqlServer + ") AS f" + Where + probes.SqlServer + Recompile),
            leads);
    }
}
