using HealthApi.Core.Input;

namespace HealthApi.Core.Alerts;

/// <summary>Reads the rules of an alert policy, for all segments or for one; members that are not stated are null.</summary>
internal static class AlertRulesReader
{
    /// <summary>Twenty-eight days: the longest time for which a flapping alert waits.</summary>
    private const int MostHours = 672;

    private const int MostFallDays = 14, MostPerWeek = 10_000;

    private const double LeastPoints = 1, MostPoints = 100;

    private static readonly string[] HealthMembers =
        ["fallPoints", "fallDays", "fastFallPoints", "confirmHours", "releaseHours", "leastCoverage"];

    private static readonly string[] RiskMembers = ["level", "confirmHours", "releaseHours"];

    public static AlertRulesChange? ReadSegment(ref DocumentReader document)
    {
        if (!document.BeginObject()) return null;
        HealthAlertChange? health = null;
        RiskAlertChange? risk = null;
        OwnerLimit? limit = null;
        while (document.NextMember())
        {
            switch (document.Member)
            {
                case "health": health = ReadHealth(ref document); break;
                case "churnRisk": risk = ReadRisk(ref document); break;
                case "maxPerOwnerPerWeek": limit = ReadLimit(ref document); break;
                default: document.UnknownMember("health", "churnRisk", "maxPerOwnerPerWeek"); break;
            }
        }

        return new AlertRulesChange(health, risk, limit);
    }

    /// <summary>Null switches the metric off.</summary>
    public static HealthAlertChange? ReadHealth(ref DocumentReader document)
    {
        if (document.IsNull) return HealthAlertChange.SwitchedOff;
        if (!document.BeginObject()) return null;
        double? fall = null, fast = null, coverage = null;
        int? days = null, confirm = null, release = null;
        while (document.NextMember())
        {
            switch (document.Member)
            {
                case "fallPoints": fall = document.Number(LeastPoints, MostPoints); break;
                case "fallDays": days = document.Integer(1, MostFallDays); break;
                case "fastFallPoints": fast = document.Number(LeastPoints, MostPoints); break;
                case "confirmHours": confirm = document.Integer(0, MostHours); break;
                case "releaseHours": release = document.Integer(0, MostHours); break;
                case "leastCoverage": coverage = document.Number(0, 1); break;
                default: document.UnknownMember(HealthMembers); break;
            }
        }

        return new HealthAlertChange(false, fall, days, fast, confirm, release, coverage);
    }

    /// <summary>Null switches the metric off.</summary>
    public static RiskAlertChange? ReadRisk(ref DocumentReader document)
    {
        if (document.IsNull) return RiskAlertChange.SwitchedOff;
        if (!document.BeginObject()) return null;
        string? level = null;
        int? confirm = null, release = null;
        while (document.NextMember())
        {
            switch (document.Member)
            {
                case "level": level = document.Id(); break;
                case "confirmHours": confirm = document.Integer(0, MostHours); break;
                case "releaseHours": release = document.Integer(0, MostHours); break;
                default: document.UnknownMember(RiskMembers); break;
            }
        }

        return new RiskAlertChange(false, level, confirm, release);
    }

    /// <summary>Null means no limit.</summary>
    public static OwnerLimit? ReadLimit(ref DocumentReader document)
    {
        if (document.IsNull) return new OwnerLimit(null);
        return document.Integer(1, MostPerWeek) is { } most ? new OwnerLimit(most) : null;
    }
}
