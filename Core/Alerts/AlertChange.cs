using HealthApi.Core.Thresholds;

namespace HealthApi.Core.Alerts;

/// <summary>
/// A decision about an alert, with the alert as it stands after it. Alert id and <see cref="Number"/> identify it, so the same decision
/// gives the same message id whenever it is made.
/// </summary>
public sealed record AlertChange
{
    public required string AlertId { get; init; }

    public required string AccountId { get; init; }

    public required Metric Metric { get; init; }

    /// <summary>
    /// The number of the change within the alert, from 1 (opened). <see cref="AlertChangeKind.Refreshed"/> takes no number of its own and
    /// has the one of the change before it.
    /// </summary>
    public required int Number { get; init; }

    public required AlertChangeKind Kind { get; init; }

    public required DateTimeOffset At { get; init; }

    public CrossingCause Cause { get; init; }

    /// <summary>False: the change is stored without a message.</summary>
    public bool Announced { get; init; }

    /// <summary>The severity of <see cref="Worst"/>.</summary>
    public required AlertSeverity Severity { get; init; }

    /// <summary>The worst standing since the condition began to hold.</summary>
    public required AlertMark Worst { get; init; }

    /// <summary>The standing at the change; the score is null if there is none.</summary>
    public required AlertMark Now { get; init; }

    /// <summary>Whether the condition has held for the confirmation time.</summary>
    public bool Confirmed { get; init; }

    public bool Flapping { get; init; }

    public DateTimeOffset? SnoozedUntil { get; init; }

    /// <summary>Null unless the change resolves the alert.</summary>
    public AlertResolution? Resolution { get; init; }

    /// <summary>The parts of the move from the standing before the condition held to the present one, the largest first.</summary>
    public IReadOnlyList<Reason> Reasons { get; init; } = [];

    /// <summary>The interventions that the firing indicators call for.</summary>
    public IReadOnlyList<string> Interventions { get; init; } = [];

    /// <summary>The ids of the worsening crossings of the metric since the condition began to hold; the last ones.</summary>
    public IReadOnlyList<string> Crossings { get; init; } = [];
}
