namespace HealthApi.Infrastructure.Alerts.Simulating;

/// <summary>
/// What an alert policy would have done in a period; the result of the job. What concerns single accounts is stored apart
/// (<see cref="SimulatedAccounts"/>), so that it is erased with them.
/// </summary>
public sealed record SimulationResult
{
    public DateTimeOffset From { get; init; }

    public DateTimeOffset To { get; init; }

    /// <summary>Accounts that existed in the period.</summary>
    public long Simulated { get; init; }

    public long Opened { get; init; }

    public long Updated { get; init; }

    public long Resolved { get; init; }

    /// <summary>The messages that would have been sent: what is announced and within the limit of its owner.</summary>
    public long Messages { get; init; }

    /// <summary>Messages over the limit of their owner.</summary>
    public long Suppressed { get; init; }

    /// <summary>For one account and 30 days.</summary>
    public SimulatedRate PerAccountMonth { get; init; } = new(0, 0);

    /// <summary>The days on which something happened.</summary>
    public IReadOnlyList<SimulatedDay> Days { get; init; } = [];

    public IReadOnlyList<SimulatedSegment> Segments { get; init; } = [];

    /// <summary>The owners, at most 200; those with most alerts first.</summary>
    public IReadOnlyList<SimulatedOwner> Owners { get; init; } = [];

    public SimulatedPrecision FollowedByChurn { get; init; } = new(0, 0, null);

    public SimulatedRecall Churned { get; init; } = new(0, 0, null);

    /// <summary>Accounts whose log could not be replayed; the log of the service says why.</summary>
    public long Failed { get; init; }
}

/// <summary>Openings and messages for one account and 30 days.</summary>
public sealed record SimulatedRate(double Opened, double Messages);

/// <summary>A UTC day, such as <c>2026-11-20</c>.</summary>
public sealed record SimulatedDay(DateOnly Day, long Opened, long Updated, long Resolved);

/// <summary>The alerts of the accounts of a segment.</summary>
public sealed record SimulatedSegment(string Segment, long Opened, long Updated, long Resolved);

/// <summary>The alerts of the accounts of an owner; null for accounts without one.</summary>
public sealed record SimulatedOwner(string? Owner, long Opened, long Updated, long Resolved);

/// <summary>Alerts whose account churned within 90 days after they opened.</summary>
/// <param name="Undecided">Alerts that opened less than 90 days ago, and whose account has not churned.</param>
public sealed record SimulatedPrecision(long Alerts, long Undecided, double? Share);

/// <summary>Accounts that churned in the period.</summary>
/// <param name="WithAlert">Those that had an alert at least 14 days before.</param>
public sealed record SimulatedRecall(long Accounts, long WithAlert, double? Share);
