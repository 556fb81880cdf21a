using HealthApi.Core.Evaluation;

namespace HealthApi.Core.History;

/// <summary>The standing of an account on one UTC day: at the end of the day, for the present day at the last evaluation.</summary>
/// <param name="Day">Days since 1970-01-01.</param>
/// <param name="At">The instant of the evaluation.</param>
/// <param name="Score">The health score, 0–100; null without data.</param>
/// <param name="RiskScore">The churn risk, 0–100.</param>
public sealed record DayStanding(int Day, DateTimeOffset At, double? Score, string Category, double RiskScore, string RiskLevel)
{
    public bool SameStanding(DayStanding other) =>
        Score == other.Score && Category == other.Category && RiskScore == other.RiskScore && RiskLevel == other.RiskLevel;

    internal static DayStanding Of(AccountStanding standing, int day) =>
        new(day, standing.AsOf, standing.Health.Score, standing.Health.Category, standing.Risk.Score, standing.Risk.Level);
}
