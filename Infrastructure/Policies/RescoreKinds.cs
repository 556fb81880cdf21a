namespace HealthApi.Infrastructure.Policies;

/// <summary>The kinds of jobs that evaluate accounts again after a change of a policy document.</summary>
internal static class RescoreKinds
{
    public const string ModelActivation = "model_activation", ModelRelease = "model_release", ChurnRulesChange = "churn_rules_change",
        SegmentsChange = "segments_change";

    /// <summary>Asked for by a migration: documents of the product have changed with an upgrade.</summary>
    public const string ProductChange = "product_change";

    /// <summary>Every kind.</summary>
    public static IReadOnlyList<string> All { get; } = [ModelActivation, ModelRelease, ChurnRulesChange, SegmentsChange, ProductChange];
}
