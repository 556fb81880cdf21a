namespace HealthApi.Infrastructure.Accounts;

/// <summary>
/// The filter of a listing. A null member does not restrict the listing; where a member has several values, one must match. Scores are
/// compared as stored, not as rounded for display; bounds are inclusive.
/// </summary>
public sealed record AccountFilter
{
    public IReadOnlyList<string>? Segment { get; init; }

    public IReadOnlyList<string>? Category { get; init; }

    public IReadOnlyList<string>? Risk { get; init; }

    public IReadOnlyList<string>? Owner { get; init; }

    public IReadOnlyList<string>? Phase { get; init; }

    public IReadOnlyList<string>? ParentId { get; init; }

    public IReadOnlyList<string>? Tag { get; init; }

    public IReadOnlyList<ExternalId>? ExternalId { get; init; }

    /// <summary>Whether the account is in the phase <c>churned</c>.</summary>
    public bool? Churned { get; init; }

    public double? MinScore { get; init; }

    public double? MaxScore { get; init; }

    public double? MinRisk { get; init; }

    /// <summary>The renewal date is before this instant; it may be in the past.</summary>
    public DateTimeOffset? RenewalBefore { get; init; }

    /// <summary>Whether health, churn risk or override point in opposite directions.</summary>
    public bool? Disagreement { get; init; }

    /// <summary>A part of the id or the name, in any case.</summary>
    public string? Q { get; init; }
}

/// <summary>An account's id in another system.</summary>
public sealed record ExternalId(string System, string Value);
