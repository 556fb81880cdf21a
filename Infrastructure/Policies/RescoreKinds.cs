namespace HealthApi.Infrastructure.Policies;

/// <summary>The kinds of jobs that evaluate accounts again after a change of a policy document.</summary>
internal static class RescoreKinds
{
    public const string ModelActivation = "model_activation", ModelRelease = "model_release", ChurnRulesChange = "churn_rules_change",
        SegmentsChange = "segments_change", AlertPolicyChange = "alert_policy_change";

    /// <summary>Added by a migration when an upgrade has changed the built-in documents.</summary>
    public const string ProductChange = "product_change";

    public static IReadOnlyList<string> All { get; } =
        [ModelActivation, ModelRelease, ChurnRulesChange, SegmentsChange, AlertPolicyChange, ProductChange];
}
