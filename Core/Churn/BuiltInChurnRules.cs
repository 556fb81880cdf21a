using HealthApi.Core.Input;

namespace HealthApi.Core.Churn;

/// <summary>The built-in churn rules, read once from their embedded document.</summary>
public static class BuiltInChurnRules
{
    /// <summary>
    /// The rules as they were before conditions required minimum evidence. A database that was created with them keeps them as version 1.
    /// </summary>
    public static ChurnRuleSet Former { get; } = ChurnRuleSetReader.Read(EmbeddedDocuments.In("Churn.FormerRules").Single()).Required();

    /// <summary>
    /// The rules as they were before shift signals. A memory that names no rules was written by them. A database that began with them
    /// keeps them as the version that they had there; in a new database they are version 1.
    /// </summary>
    public static ChurnRuleSet Evidence { get; } = ChurnRuleSetReader.Read(EmbeddedDocuments.In("Churn.EvidenceRules").Single()).Required();

    /// <summary>The present rules. In a new database they are version 2 and in force.</summary>
    public static ChurnRuleSet Default { get; } = ChurnRuleSetReader.Read(EmbeddedDocuments.In("Churn.Rules").Single()).Required();
}
