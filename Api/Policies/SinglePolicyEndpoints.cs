using HealthApi.Core.Accounts;
using HealthApi.Core.Alerts;
using HealthApi.Core.Churn;

namespace HealthApi.Api.Policies;

/// <summary>The churn rules, the policy of segments and phases, and the alert policy.</summary>
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

    private static readonly SinglePolicyRoutes<AlertPolicy> Alerts = new(
        policy => policy.Alerts,
        alerts => alerts.Version,
        utf8 => AlertPolicyReader.Read(utf8),
        AlertPolicyWriter.ToUtf8,
        (store, alerts, precondition, announce, cancellation) => store.PutAlertsAsync(alerts, precondition, announce, cancellation),
        "The alert policy has no such version.")
    {
        Check = (alerts, policy) => AlertPolicyNames.Check(alerts, policy.Segments, policy.Rules),
    };

    public static void MapChurnRules(this IEndpointRouteBuilder routes) => ChurnRules.Map(routes, "/v1/churn-rules");

    public static void MapSegments(this IEndpointRouteBuilder routes) => Segments.Map(routes, "/v1/segments");

    public static void MapAlertPolicy(this IEndpointRouteBuilder routes) => Alerts.Map(routes, "/v1/alert-policy");
}
