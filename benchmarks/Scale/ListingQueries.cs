namespace HealthApi.Benchmarks.Scale;

/// <summary>The queries of <c>GET /v1/accounts</c>: each filter, each sort, each filter with each sort, and each two filters.</summary>
internal static class ListingQueries
{
    private static readonly string[] Filters =
    [
        "segment=enterprise", "category=critical", "category=healthy", "category=unknown", "risk=critical", "risk=low",
        $"owner={Describing.Owner(17)}", "phase=renewal", "churned=true", "churned=false", "minScore=50", "maxScore=70", "minRisk=60",
        $"renewalBefore={DateTime.UtcNow.AddDays(30):yyyy-MM-dd}", $"tag={Describing.Tag(1)}", $"tag={Describing.Tag(31)}",
        $"parentId={Describing.Parent(0)}", "externalId=stripe:cus_3000", "q=aviation", "q=customer%20000", "q=nobody-has-this",
        "disagreement=true", "disagreement=false",
    ];

    private static readonly string[] Sorts =
        ["id", "name", "arr", "mrr", "licences", "renewalDate", "churnedAt", "updatedAt", "score", "churnRisk"];

    private static IEnumerable<string> BothWays => Sorts.SelectMany(sort => new[] { $"sort={sort}", $"sort=-{sort}" });

    public static IEnumerable<string> Single => [.. Filters, .. BothWays];

    public static IEnumerable<string> Pairs =>
        (from filter in Filters from sort in BothWays select $"{filter}&{sort}")
        .Concat(
            from first in Enumerable.Range(0, Filters.Length)
            from second in Enumerable.Range(first + 1, Filters.Length - first - 1)
            where Name(Filters[first]) != Name(Filters[second])
            select $"{Filters[first]}&{Filters[second]}");

    private static string Name(string filter) => filter[..filter.IndexOf('=', StringComparison.Ordinal)];
}
