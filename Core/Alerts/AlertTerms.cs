namespace HealthApi.Core.Alerts;

/// <summary>The rules of one metric that the watch needs, whichever the metric is.</summary>
/// <param name="Confirm">How long the condition must hold before an alert opens.</param>
/// <param name="Release">How long it must not hold before the alert is resolved.</param>
/// <param name="FallPoints">Health: the points of a fall that opens an alert.</param>
public readonly record struct AlertTerms(TimeSpan Confirm, TimeSpan Release, double FallPoints)
{
    /// <summary>The longest release time of a flapping alert: 28 days.</summary>
    public static readonly TimeSpan LongestRelease = TimeSpan.FromHours(672);

    public static AlertTerms? Of(HealthAlertRules? rules) =>
        rules is null ? null : new AlertTerms(rules.Confirm, rules.Release, rules.FallPoints);

    public static AlertTerms? Of(RiskAlertRules? rules) => rules is null ? null : new AlertTerms(rules.Confirm, rules.Release, 0);

    /// <summary>The release time; doubled while the alert is flapping.</summary>
    public TimeSpan ReleaseOf(AlertState state, DateTimeOffset at)
    {
        if (!(state.FlappingUntil > at)) return Release;
        var doubled = Release + Release;
        return doubled > LongestRelease ? LongestRelease : doubled;
    }
}
