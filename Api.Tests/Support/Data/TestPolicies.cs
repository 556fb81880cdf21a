using HealthApi.Core.Accounts;
using HealthApi.Core.Churn;
using HealthApi.Core.Evaluation;
using HealthApi.Core.Scoring;

namespace HealthApi.Api.Tests.Support.Data;

/// <summary>Ways to judge accounts.</summary>
internal static class TestPolicies
{
    /// <summary>As shipped.</summary>
    public static EvaluationPolicy Default { get; } = new(new ModelRegistry(), BuiltInChurnRules.Default, SegmentPolicy.Default, []);
}
