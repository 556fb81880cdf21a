namespace HealthApi.Core.Alerts;

/// <summary>What a segment states of its own; everything else is as for all segments.</summary>
/// <param name="Health">Null where the segment states nothing about alerts of health.</param>
/// <param name="ChurnRisk">Null where the segment states nothing about alerts of churn risk.</param>
/// <param name="MaxPerOwnerPerWeek">Null where the segment states nothing; the value within is null for no limit.</param>
public sealed record AlertRulesChange(HealthAlertChange? Health, RiskAlertChange? ChurnRisk, OwnerLimit? MaxPerOwnerPerWeek)
{
    /// <summary>The rules of the segment.</summary>
    /// <param name="common">The rules for all segments.</param>
    public AlertRules Over(AlertRules common) => new(
        Health is null ? common.Health : Health.Over(common.Health),
        ChurnRisk is null ? common.ChurnRisk : ChurnRisk.Over(common.ChurnRisk),
        MaxPerOwnerPerWeek is null ? common.MaxPerOwnerPerWeek : MaxPerOwnerPerWeek.Most);

    /// <summary>The same, with every member of a metric that is switched off in the common rules and on here.</summary>
    /// <param name="common">The rules for all segments.</param>
    /// <param name="initial">The values of the members that are not stated.</param>
    public AlertRulesChange CompletedOver(AlertRules common, AlertRules initial) => this with
    {
        Health = common.Health is null && Health?.Over(initial.Health) is { } health ? HealthAlertChange.Of(health) : Health,
        ChurnRisk = common.ChurnRisk is null && ChurnRisk?.Over(initial.ChurnRisk) is { } risk ? RiskAlertChange.Of(risk) : ChurnRisk,
    };
}

/// <summary>A stated limit of messages for an owner within 7 days; null for no limit.</summary>
public sealed record OwnerLimit(int? Most);

/// <summary>The stated members of the rules of health; null where a member is not stated.</summary>
/// <param name="Off">Whether the metric is switched off; then no member is stated.</param>
public sealed record HealthAlertChange(
    bool Off, double? FallPoints, int? FallDays, double? FastFallPoints, int? ConfirmHours, int? ReleaseHours, double? LeastCoverage)
{
    public static HealthAlertChange SwitchedOff { get; } = new(true, null, null, null, null, null, null);

    /// <summary>States every member.</summary>
    public static HealthAlertChange Of(HealthAlertRules rules) => new(
        false, rules.FallPoints, rules.FallDays, rules.FastFallPoints, rules.ConfirmHours, rules.ReleaseHours, rules.LeastCoverage);

    /// <param name="initial">The values of members that are not stated; null only where all are stated.</param>
    public HealthAlertRules? Over(HealthAlertRules? initial) => Off ? null : new HealthAlertRules(
        FallPoints ?? initial!.FallPoints,
        FallDays ?? initial!.FallDays,
        FastFallPoints ?? initial!.FastFallPoints,
        ConfirmHours ?? initial!.ConfirmHours,
        ReleaseHours ?? initial!.ReleaseHours,
        LeastCoverage ?? initial!.LeastCoverage);
}

/// <summary>The stated members of the rules of churn risk; null where a member is not stated.</summary>
/// <param name="Off">Whether the metric is switched off; then no member is stated.</param>
public sealed record RiskAlertChange(bool Off, string? Level, int? ConfirmHours, int? ReleaseHours)
{
    public static RiskAlertChange SwitchedOff { get; } = new(true, null, null, null);

    /// <summary>States every member.</summary>
    public static RiskAlertChange Of(RiskAlertRules rules) => new(false, rules.Level, rules.ConfirmHours, rules.ReleaseHours);

    /// <param name="initial">The values of members that are not stated; null only where all are stated.</param>
    public RiskAlertRules? Over(RiskAlertRules? initial) => Off ? null
        : new RiskAlertRules(Level ?? initial!.Level, ConfirmHours ?? initial!.ConfirmHours, ReleaseHours ?? initial!.ReleaseHours);
}
