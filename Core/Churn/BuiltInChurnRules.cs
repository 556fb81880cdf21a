using HealthApi.Core.Input;

namespace HealthApi.Core.Churn;

/// <summary>The built-in churn rules, read once from their embedded document.</summary>
public static class BuiltInChurnRules
{
    /// <summary>
    /// The rules as they were before conditions required minimum evidence. A database that was created with them keeps them as version 1.
    /// </summary>
    public static ChurnRuleSet Former { get; } = ChurnRuleSetReader.Read(EmbeddedDocuments.In("Churn.FormerRules").Single()).Required();

    public static ChurnRuleSet Default { get; } = ChurnRuleSetReader.Read(EmbeddedDocuments.In("Churn.Rules").Single()).Required();
}
