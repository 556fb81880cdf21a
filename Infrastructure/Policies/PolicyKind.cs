namespace HealthApi.Infrastructure.Policies;

/// <summary>The kinds of policy documents, as the store names them.</summary>
internal static class PolicyKind
{
    public const string Model = "model", ChurnRules = "churn_rules", Segments = "segments", Alerts = "alert_policy";

    /// <summary>Only in changes: a segment's own model is released.</summary>
    public const string ModelRelease = "model_release";

    /// <summary>The kinds that have documents.</summary>
    public static IReadOnlyList<string> Documents { get; } = [Model, ChurnRules, Segments, Alerts];

    /// <summary>The id of the single document of a kind without ids.</summary>
    public const string TheOne = "default";
}
