namespace HealthApi.Infrastructure.Policies;

/// <summary>The kinds of policy documents, as the store names them.</summary>
internal static class PolicyKind
{
    public const string Model = "model", ChurnRules = "churn_rules", Segments = "segments";

    /// <summary>Of changes only: a segment's own model goes out of force.</summary>
    public const string ModelRelease = "model_release";

    /// <summary>The id under which the one document of a kind without ids is kept.</summary>
    public const string TheOne = "default";
}
