using HealthApi.Core.Thresholds;

namespace HealthApi.Core.Alerts;

/// <summary>What the watch needs to know about one metric of an account at an instant.</summary>
public readonly record struct AlertFacts
{
    public required string AccountId { get; init; }

    /// <summary>The instant at which the account was created; part of the ids of its alerts.</summary>
    public required DateTimeOffset AccountSince { get; init; }

    public required Metric Metric { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>0–100; null without a score.</summary>
    public double? Score { get; init; }

    /// <summary>The category or level.</summary>
    public required string Label { get; init; }

    /// <summary>The place of the category or level; 0 is the worst.</summary>
    public int Rank { get; init; }

    /// <summary>
    /// Whether the score can be judged: it exists, is certain enough and does not rest on sources that have fallen silent.
    /// </summary>
    public bool IsJudged { get; init; }

    public AlertCondition Condition { get; init; }

    /// <summary>Health: the highest score of the time within which a fall counts; null if none was above the present one.</summary>
    public double? Highest { get; init; }

    public bool Churned { get; init; }

    /// <summary>Whether the value has returned because a lasting change has become the account's normal level.</summary>
    public bool Settled { get; init; }

    public CrossingCause Cause { get; init; }

    /// <summary>False: what follows from this standing alone is stored without a message.</summary>
    public bool Announced { get; init; }

    /// <summary>The standing before this one; null if there was none.</summary>
    public RememberedStanding? Before { get; init; }

    /// <summary>What an alert stores of its account, as a number (<see cref="AccountMark"/>).</summary>
    public int Account { get; init; }

    /// <summary>The worsening crossings of the metric at this instant.</summary>
    public IReadOnlyList<string>? Crossings { get; init; }

    /// <summary>The severity that this standing alone gives an alert.</summary>
    public AlertSeverity Severity => !Condition.BelongsToLabel ? AlertSeverity.Info
        : Rank == 0 ? AlertSeverity.Critical : AlertSeverity.Warning;

    public AlertMark ToMark() => new(Rank, Severity, Score, Label, At);

    /// <summary>Whether a score of the metric is worse than another.</summary>
    public bool IsWorse(double? other) => Metric == Metric.Health ? Score < other : Score > other;
}
