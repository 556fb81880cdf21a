using HealthApi.Core.Documents;

namespace HealthApi.Core.Churn;

/// <summary>The churn rules that ship with the product, read from their embedded document once.</summary>
public static class BuiltInChurnRules
{
    public static ChurnRuleSet Default { get; } = ChurnRuleSetReader.Read(EmbeddedDocuments.In("Churn.Rules").Single()).Required();
}
