namespace HealthApi.Core.Alerts;

/// <summary>The rules by which the alerts of an account open and are resolved.</summary>
/// <param name="Health">Null where no alert of health opens.</param>
/// <param name="ChurnRisk">Null where no alert of churn risk opens.</param>
/// <param name="MaxPerOwnerPerWeek">The messages of alerts that one owner gets within 7 days, 1–10,000; null for no limit.</param>
public sealed record AlertRules(HealthAlertRules? Health, RiskAlertRules? ChurnRisk, int? MaxPerOwnerPerWeek);

/// <summary>
/// The rules of alerts of health. The condition holds while the category is in the worse half, or the score is <see cref="FallPoints"/>
/// or more below its highest of the last <see cref="FallDays"/> days.
/// </summary>
/// <param name="FallPoints">Points of health, 1–100.</param>
/// <param name="FallDays">Days, 1–14.</param>
/// <param name="FastFallPoints">Points of health, 1–100; a fall by so many within a day opens the alert at once.</param>
/// <param name="ConfirmHours">How long the condition must hold before the alert opens, 0–672 hours.</param>
/// <param name="ReleaseHours">How long the condition must not hold before the alert is resolved, 0–672 hours.</param>
/// <param name="LeastCoverage">0–1. A score of lower coverage opens no alert and resolves none.</param>
public sealed record HealthAlertRules(
    double FallPoints, int FallDays, double FastFallPoints, int ConfirmHours, int ReleaseHours, double LeastCoverage)
{
    public TimeSpan Confirm => TimeSpan.FromHours(ConfirmHours);

    public TimeSpan Release => TimeSpan.FromHours(ReleaseHours);
}

/// <summary>The rules of alerts of churn risk. The condition holds while the risk is at <see cref="Level"/> or a worse level.</summary>
/// <param name="Level">The id of a level of the churn rules. With rules that have no such level, the condition never holds.</param>
/// <param name="ConfirmHours">How long the condition must hold by measures before the alert opens, 0–672 hours.</param>
/// <param name="ReleaseHours">How long the condition must not hold before the alert is resolved, 0–672 hours.</param>
public sealed record RiskAlertRules(string Level, int ConfirmHours, int ReleaseHours)
{
    public TimeSpan Confirm => TimeSpan.FromHours(ConfirmHours);

    public TimeSpan Release => TimeSpan.FromHours(ReleaseHours);
}
