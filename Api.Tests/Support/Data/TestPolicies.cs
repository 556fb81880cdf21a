using System.Text;
using HealthApi.Core.Accounts;
using HealthApi.Core.Churn;
using HealthApi.Core.Evaluation;
using HealthApi.Core.Scoring;

namespace HealthApi.Api.Tests.Support.Data;

/// <summary>Policies by which tests evaluate accounts.</summary>
internal static class TestPolicies
{
    /// <summary>The built-in documents.</summary>
    public static EvaluationPolicy Default { get; } = new(new ModelRegistry(), BuiltInChurnRules.Default, SegmentPolicy.Default, []);

    /// <summary>Churn rules that compare counts of days with bounds that no built-in document uses.</summary>
    public static ChurnRuleSet OddDays { get; } = ChurnRuleSetReader.Read(Encoding.UTF8.GetBytes("""
        {
          "id": "odd-days", "probabilities": { "high": 0.3, "medium": 0.1 }, "levels": [{ "id": "high", "bound": 50 }, { "id": "low" }],
          "indicators": [
            { "id": "idle", "severity": "high", "condition": { "signal": "daysSinceLastActivity", "op": ">=", "value": 44.5 },
                "intervention": "Call." },
            { "id": "grown", "severity": "medium", "condition": { "signal": "accountAgeDays", "op": "==", "value": 420 },
                "intervention": "Call." },
            { "id": "near", "severity": "high", "condition": { "all": [{ "signal": "daysToRenewal", "op": "<", "value": 47 },
                { "signal": "daysToRenewal", "op": ">", "value": -12 }] }, "intervention": "Call." },
            { "id": "debt", "severity": "medium", "condition": { "any": [{ "signal": "daysOverdue", "op": ">", "value": 23 },
                { "signal": "daysOverdue", "op": "!=", "value": 5 }] }, "intervention": "Call." },
            { "id": "leaving", "severity": "high", "condition": { "signal": "cancellationScheduled", "op": "<=", "value": 7 },
                "intervention": "Call." }
          ]
        }
        """)).Required();

    /// <summary>A policy with one model for every segment.</summary>
    public static EvaluationPolicy Of(HealthModel model, ChurnRuleSet rules) =>
        new(new ModelRegistry([model], new Dictionary<string, ModelAssignment> { [ModelRegistry.Fallback] = new(model, true) }), rules,
            SegmentPolicy.Default, []);
}
