using System.Data.Common;
using Dapper;
using HealthApi.Infrastructure.Accounts;

namespace HealthApi.Api.Tests.Infrastructure.Accounts;

/// <summary>
/// An account of <see cref="ListingProperties"/>, with few different values, so that sorts have ties and filters have matches.
/// </summary>
internal sealed record ListedRowOf(
    string Id, string Name, string Segment, string Phase, string? Owner, string? ParentId, decimal? Arr, decimal? Mrr, long? Licences,
    DateTimeOffset? RenewalDate, DateTimeOffset? ChurnedAt, DateTimeOffset UpdatedAt, double? Score, string Category, double RiskScore,
    string RiskLevel, bool Disagrees, string[] Tags, string? Customer)
{
    private const string Insert = """
        INSERT INTO accounts (id, name, segment, phase, owner, parent_id, arr, mrr, licences, renewal_date, churned_at, terms_version,
            profile, version, created_at, updated_at)
        VALUES (@Id, @Name, @Segment, @Phase, @Owner, @ParentId, @Arr, @Mrr, @Licences, @RenewalDate, @ChurnedAt, 1, @Profile, 1,
            @UpdatedAt, @UpdatedAt);
        INSERT INTO account_states
            (account_id, version, figures, memory, score, category, risk_score, risk_level, disagrees)
        VALUES (@Id, 1, @Figures, '', @Score, @Category, @RiskScore, @RiskLevel, @Disagrees);
        """;

    private static readonly DateTimeOffset Day = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly string[] Segments = ["smb", "mid_market", "enterprise"];
    private static readonly string[] Phases = ["onboarding", "maturity", "renewal", "churned"];
    private static readonly string[] Owners = ["dana", "kim", "Doe, Jane"];
    private static readonly string[] Categories = ["healthy", "at_risk", "critical", "unknown"];
    private static readonly string[] Levels = ["low", "medium", "critical"];
    private static readonly string[] Labels = ["vip", "beta", "trial"];

    public static ListedRowOf Random(Random random, int number) => new(
        $"acc-{number:00}", $"Name {random.Next(9)}", One(random, Segments), One(random, Phases), Maybe(random, One(random, Owners)),
        Maybe(random, $"acc-{random.Next(3):00}"), random.Next(3) == 0 ? null : random.Next(4) * 1000.5m,
        random.Next(3) == 0 ? null : random.Next(4) * 10m, random.Next(3) == 0 ? null : random.Next(4),
        random.Next(3) == 0 ? null : Day.AddDays(random.Next(5)), random.Next(3) == 0 ? Day.AddDays(random.Next(5)) : null,
        Day.AddDays(random.Next(9)), random.Next(4) == 0 ? null : random.Next(11) * 10.3, One(random, Categories), random.Next(6) * 20.1,
        One(random, Levels), random.Next(4) == 0, [.. Labels.Where(_ => random.Next(3) == 0)], Maybe(random, $"cus_{random.Next(40)}"));

    /// <summary>One filter at a time.</summary>
    public static IEnumerable<AccountFilter> EachFilter(List<ListedRowOf> accounts) =>
        Enumerable.Range(0, Restrictions.Length).SelectMany(kind => new[] { 1, 2, 3 }.Select(seed =>
            Restrictions[kind](new AccountFilter(), new Random(seed), accounts)));

    /// <summary>Up to three filters.</summary>
    public static AccountFilter RandomFilter(Random random, List<ListedRowOf> accounts)
    {
        var filter = new AccountFilter();
        for (var count = random.Next(4); count > 0; count--) filter = One(random, Restrictions)(filter, random, accounts);
        return filter;
    }

    /// <summary>Compares as the databases sort: null first, text by code units.</summary>
    public static int Compare(object? left, object? right) => (left, right) switch
    {
        (string a, string b) => string.CompareOrdinal(a, b),
        _ => Comparer<object?>.Default.Compare(left, right),
    };

    public object? SortValue(string sort) => sort switch
    {
        "name" => Name,
        "arr" => Arr,
        "mrr" => Mrr,
        "licences" => Licences,
        "renewalDate" => RenewalDate,
        "churnedAt" => ChurnedAt,
        "updatedAt" => UpdatedAt,
        "score" => Score,
        "churnRisk" => RiskScore,
        _ => Id,
    };

    public bool Matches(AccountFilter filter) =>
        In(filter.Segment, Segment) && In(filter.Category, Category) && In(filter.Risk, RiskLevel) && In(filter.Owner, Owner)
        && In(filter.Phase, Phase) && In(filter.ParentId, ParentId) && (filter.Tag is null || filter.Tag.Any(Tags.Contains))
        && (filter.ExternalId is null || filter.ExternalId.Any(id => id.System == "crm" && id.Value == Customer))
        && (filter.Churned is null || filter.Churned == (Phase == "churned")) && (filter.MinScore is null || Score >= filter.MinScore)
        && (filter.MaxScore is null || Score <= filter.MaxScore) && (filter.MinRisk is null || RiskScore >= filter.MinRisk)
        && (filter.RenewalBefore is null || RenewalDate < filter.RenewalBefore)
        && (filter.Disagreement is null || filter.Disagreement == Disagrees)
        && (filter.Q is null || Id.Contains(filter.Q, StringComparison.OrdinalIgnoreCase)
            || Name.Contains(filter.Q, StringComparison.OrdinalIgnoreCase));

    public async Task InsertAsync(DbTransaction transaction)
    {
        var connection = transaction.Connection!;
        var parameters = new DynamicParameters(this);
        parameters.Add("Profile", AccountColumns.ToProfile(new() { Id = Id, Name = Name }));
        parameters.Add("Figures", Array.Empty<byte>());
        await connection.ExecuteAsync(Insert, parameters, transaction);
        foreach (var tag in Tags)
        {
            await connection.ExecuteAsync(
                "INSERT INTO account_tags (account_id, tag) VALUES (@Id, @Tag)", new { Id, Tag = tag }, transaction);
        }

        if (Customer is null) return;
        await connection.ExecuteAsync(
            "INSERT INTO account_external_ids (system, external_id, account_id) VALUES ('crm', @Customer, @Id)", new { Customer, Id },
            transaction);
    }

    private static readonly Func<AccountFilter, Random, List<ListedRowOf>, AccountFilter>[] Restrictions =
    [
        (filter, random, _) => filter with { Segment = Some(random, Segments) },
        (filter, random, _) => filter with { Category = Some(random, Categories) },
        (filter, random, _) => filter with { Risk = Some(random, Levels) },
        (filter, random, _) => filter with { Owner = Some(random, [.. Owners, "nobody"]) },
        (filter, random, _) => filter with { Phase = Some(random, Phases) },
        (filter, random, _) => filter with { ParentId = Some(random, ["acc-00", "acc-01", "acc-02", "none"]) },
        (filter, random, _) => filter with { Tag = Some(random, [.. Labels, "none"]) },
        (filter, random, _) => filter with { ExternalId = [new("crm", $"cus_{random.Next(40)}"), new("crm", $"cus_{random.Next(40)}")] },
        (filter, random, _) => filter with { Churned = random.Next(2) == 0 },
        (filter, random, _) => filter with { MinScore = random.Next(11) * 10.3 },
        (filter, random, _) => filter with { MaxScore = random.Next(11) * 10.3 },
        (filter, random, _) => filter with { MinRisk = random.Next(6) * 20.1 },
        (filter, random, _) => filter with { RenewalBefore = Day.AddDays(random.Next(6)) },
        (filter, random, _) => filter with { Disagreement = random.Next(2) == 0 },
        (filter, random, _) => filter with { Q = One(random, ["C-1", "name 3", "9", "e", "_", "acc-04"]) },
        (filter, random, accounts) => filter with { Owner = [One(random, [.. accounts]).Owner ?? "dana"], Churned = false },
    ];

    private static bool In(IReadOnlyList<string>? values, string? value) => values is null || (value is not null && values.Contains(value));

    private static string[] Some(Random random, string[] values) =>
        random.Next(3) == 0 ? [One(random, values), One(random, values)] : [One(random, values)];

    private static T One<T>(Random random, T[] values) => values[random.Next(values.Length)];

    private static string? Maybe(Random random, string value) => random.Next(3) == 0 ? null : value;
}
