namespace HealthApi.Infrastructure.Alerts;

/// <summary>An alert as stored, with the account's fields that answers show beside it.</summary>
public sealed record ListedAlert
{
    public string Id { get; init; } = "";

    public string AccountId { get; init; } = "";

    public string Metric { get; init; } = "";

    public string Severity { get; init; } = "";

    /// <summary>0 for the worst severity.</summary>
    public int SeverityRank { get; init; }

    public string Status { get; init; } = "";

    public DateTimeOffset OpenedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    public DateTimeOffset? ConfirmedAt { get; init; }

    public DateTimeOffset? AcknowledgedAt { get; init; }

    public string? AcknowledgedBy { get; init; }

    public DateTimeOffset? SnoozedUntil { get; init; }

    public DateTimeOffset? ResolvedAt { get; init; }

    public string? Resolution { get; init; }

    public bool Flapping { get; init; }

    /// <summary>The person whom the alert is assigned to, else the account's owner.</summary>
    public string? Owner { get; init; }

    public double? OpenedScore { get; init; }

    public string OpenedLabel { get; init; } = "";

    public double? WorstScore { get; init; }

    public string WorstLabel { get; init; } = "";

    public DateTimeOffset WorstAt { get; init; }

    public double? NowScore { get; init; }

    public string NowLabel { get; init; } = "";

    /// <summary>JSON, as answers show it.</summary>
    public string Reasons { get; init; } = "[]";

    /// <summary>JSON, as answers show it.</summary>
    public string Interventions { get; init; } = "[]";

    /// <summary>A JSON array of ids.</summary>
    public string Crossings { get; init; } = "[]";

    public string Cause { get; init; } = "";

    /// <summary>Messages of the alert that were withheld because its owner's limit was reached.</summary>
    public int Suppressed { get; init; }

    /// <summary>The ARR that listings are sorted by; 0 where there is none.</summary>
    public decimal SortArr { get; init; }

    public string Name { get; init; } = "";

    public string Segment { get; init; } = "";

    public decimal? Arr { get; init; }

    public decimal? Mrr { get; init; }

    public string? AccountOwner { get; init; }
}
