namespace HealthApi.Infrastructure.Alerts;

/// <summary>
/// The filter of a listing of alerts. A null member does not restrict the listing; where a member has several values, one must match.
/// </summary>
public sealed record AlertFilter
{
    /// <summary>At least one of the statuses.</summary>
    public required IReadOnlyList<string> Status { get; init; }

    public IReadOnlyList<string>? Metric { get; init; }

    public IReadOnlyList<string>? Severity { get; init; }

    /// <summary>The owners of the alerts: those whom they are assigned to, else the owners of their accounts.</summary>
    public IReadOnlyList<string>? Owner { get; init; }

    public IReadOnlyList<string>? Segment { get; init; }

    public IReadOnlyList<string>? AccountId { get; init; }

    /// <summary>Alerts that changed at this instant or later.</summary>
    public DateTimeOffset? Since { get; init; }
}
