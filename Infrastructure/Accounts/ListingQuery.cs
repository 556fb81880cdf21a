using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Accounts;

/// <summary>A filter and a sort, with what the statements are built from.</summary>
internal sealed class ListingQuery(AccountFilter filter, string sortName)
{
    public AccountFilter Filter { get; } = filter;

    public string SortName { get; } = sortName;

    public ListingSort Sort { get; } = ListingSort.Of(sortName);

    /// <summary>The condition of each filter that is set.</summary>
    public IReadOnlyDictionary<ListingFilter, SqlText> Conditions { get; } = AccountConditions.Of(filter);

    public string LeadColumn => Column(Sort.Lead!.Value);

    /// <summary>The values of the leading column that the filter leaves; null where it leaves all, or the index has none.</summary>
    public IReadOnlyList<string>? Leads => Sort.Lead is { } lead ? Values(lead)?.Distinct(StringComparer.Ordinal).ToList() : null;

    /// <summary>Whether the filter is a condition on the entries of the index that is walked.</summary>
    public bool IsWalked(ListingFilter filter) => Sort.Covered.Contains(filter) && (filter != Sort.Lead || Leads is null);

    /// <summary>Whether the walk finds nothing but accounts that match.</summary>
    public bool IsCovered => Conditions.Keys.All(Sort.Covered.Contains);

    /// <summary>Whether every entry that the walk reads matches.</summary>
    public bool IsExact => Conditions.Keys.All(filter => filter == Sort.Lead);

    /// <summary>A column that an index starts with.</summary>
    public static string Column(ListingFilter lead) => lead switch
    {
        ListingFilter.Segment => "a.segment",
        ListingFilter.Phase => "a.phase",
        ListingFilter.Category => "s.category",
        _ => "s.risk_level",
    };

    private IReadOnlyList<string>? Values(ListingFilter lead) => lead switch
    {
        ListingFilter.Segment => Filter.Segment,
        ListingFilter.Phase => Filter.Phase ?? (Filter.Churned == true ? ["churned"] : null),
        ListingFilter.Category => Filter.Category,
        _ => Filter.Risk,
    };
}
