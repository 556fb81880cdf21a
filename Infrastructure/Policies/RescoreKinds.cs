namespace HealthApi.Infrastructure.Policies;

/// <summary>The kinds of jobs that evaluate accounts again after a change of a policy document.</summary>
internal static class RescoreKinds
{
    public const string ModelActivation = "model_activation", ModelRelease = "model_release", ChurnRulesChange = "churn_rules_change",
        SegmentsChange = "segments_change", AlertPolicyChange = "alert_policy_change";

    /// <summary>Added by a migration when an upgrade has changed the built-in documents.</summary>
    public const string ProductChange = "product_change";

    /// <summary>Added by a migration: figures of an earlier version get the totals of days.</summary>
    public const string DayTotals = "day_totals";

    /// <summary>The kinds that only evaluate accounts.</summary>
    public static IReadOnlyList<string> Rescores { get; } =
        [ModelActivation, ModelRelease, ChurnRulesChange, SegmentsChange, AlertPolicyChange, ProductChange];

    public static IReadOnlyList<string> All { get; } = [.. Rescores, DayTotals];
}
