using HealthApi.Core.Accounts;
using HealthApi.Core.Churn;
using HealthApi.Core.Input;

namespace HealthApi.Core.Alerts;

/// <summary>
/// Checks the names in an alert policy against the documents that define them. A later change of those documents leaves the alert policy
/// as it is: rules of a segment that no longer exists apply to no account, and a level that no longer exists is reached by no risk.
/// </summary>
public static class AlertPolicyNames
{
    /// <summary>An error for each unknown segment and level, and for the best level, which every account has reached.</summary>
    public static IReadOnlyList<FieldError> Check(AlertPolicy alerts, SegmentPolicy segments, ChurnRuleSet rules)
    {
        FieldError?[] errors =
        [
            CheckLevel("/churnRisk/level", alerts.Default.ChurnRisk?.Level, rules),
            .. alerts.Segments.SelectMany(pair => CheckSegment(pair.Key, pair.Value, segments, rules)),
        ];
        return [.. errors.OfType<FieldError>()];
    }

    private static FieldError?[] CheckSegment(string id, AlertRulesChange segment, SegmentPolicy segments, ChurnRuleSet rules)
    {
        var pointer = "/segments/" + id;
        return [segments.Check(pointer, id), CheckLevel(pointer + "/churnRisk/level", segment.ChurnRisk?.Level, rules)];
    }

    private static FieldError? CheckLevel(string pointer, string? level, ChurnRuleSet rules)
    {
        if (level is null) return null;
        string[] known = [.. rules.Levels.Select(known => known.Id)];
        if (!known.Contains(level)) return UnknownWord.Error(pointer, level, "a level of the churn rules", known);
        return level == known[^1]
            ? new FieldError(pointer, ErrorCodes.NotAllowed, "Every account has at least this level, so that every alert would stay open.")
            : null;
    }
}
