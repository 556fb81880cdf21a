namespace HealthApi.Infrastructure.Alerts;

/// <summary>Figures about the alerts that opened in a period, and about the accounts that churned in it.</summary>
public sealed record AlertStats
{
    public required AlertTally All { get; init; }

    /// <summary>Alerts whose account churned within 90 days after they opened.</summary>
    public int FollowedByChurn { get; init; }

    /// <summary>Alerts that opened less than 90 days ago, and whose account has not churned since.</summary>
    public int Undecided { get; init; }

    /// <summary>Accounts that churned in the period.</summary>
    public int ChurnedAccounts { get; init; }

    /// <summary>Those of <see cref="ChurnedAccounts"/> that had an alert at least 14 days before, which was open within the 90 days
    /// before.</summary>
    public int ChurnedWithAlert { get; init; }

    /// <summary>The owners, at most 200; those with most alerts first.</summary>
    public required IReadOnlyList<AlertTally> Owners { get; init; }
}

/// <summary>The alerts that opened in a period: of all owners, or of one.</summary>
public sealed record AlertTally
{
    /// <summary>Null for all owners together, and for alerts without an owner.</summary>
    public string? Owner { get; init; }

    public int Opened { get; init; }

    /// <summary>Those that are not resolved.</summary>
    public int Active { get; init; }

    public int Recovered { get; init; }

    public int Settled { get; init; }

    public int Churned { get; init; }

    public int Manual { get; init; }

    public int Expired { get; init; }

    public int Flapping { get; init; }

    /// <summary>Messages that were withheld because their owner's limit was reached.</summary>
    public long Suppressed { get; init; }

    /// <summary>Seconds from opening to acknowledging; null if none was acknowledged.</summary>
    public double? MedianSecondsToAcknowledge { get; init; }

    /// <summary>Seconds from opening to resolving; null if none was resolved.</summary>
    public double? MedianSecondsToResolve { get; init; }
}
