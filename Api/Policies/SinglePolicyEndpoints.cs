using HealthApi.Core.Accounts;
using HealthApi.Core.Churn;

namespace HealthApi.Api.Policies;

/// <summary>The churn rules, and the policy of segments and phases.</summary>
internal static class SinglePolicyEndpoints
{
    private static readonly SinglePolicyRoutes<ChurnRuleSet> ChurnRules = new(
        policy => policy.Rules,
        rules => rules.Version,
        utf8 => ChurnRuleSetReader.Read(utf8),
        ChurnRuleSetWriter.ToUtf8,
        (store, rules, precondition, announce, cancellation) => store.PutRulesAsync(rules, precondition, announce, cancellation),
        "The churn rules have no such version.");

    private static readonly SinglePolicyRoutes<SegmentPolicy> Segments = new(
        policy => policy.Segments,
        segments => segments.Version,
        SegmentPolicyReader.Read,
        SegmentPolicyWriter.ToUtf8,
        (store, segments, precondition, announce, cancellation) => store.PutSegmentsAsync(segments, precondition, announce, cancellation),
        "The segment policy has no such version.");

    public static void MapChurnRules(this IEndpointRouteBuilder routes) => ChurnRules.Map(routes, "/v1/churn-rules");

    public static void MapSegments(this IEndpointRouteBuilder routes) => Segments.Map(routes, "/v1/segments");
}
