using HealthApi.Api.Http;
using HealthApi.Api.Problems;
using HealthApi.Core.Alerts;
using HealthApi.Core.Evaluation;
using HealthApi.Core.Thresholds;
using HealthApi.Core.Webhooks;
using HealthApi.Infrastructure.Alerts;
using HealthApi.Infrastructure.Policies;

namespace HealthApi.Api.Alerts;

/// <summary>The filters of <c>GET /v1/alerts</c>, read from the query. A word that is not in its set is answered 422.</summary>
internal static class AlertQuery
{
    public static readonly string[] Names = ["status", "metric", "severity", "owner", "segment", "accountId", "since"];

    private static readonly string[] Metrics = [.. Enum.GetValues<Metric>().Select(CrossingMessage.Wire)];

    private static readonly string[] NotResolved = [AlertStatus.Open.Name(), AlertStatus.Acknowledged.Name()];

    public static async ValueTask<Outcome<AlertFilter>> ReadAsync(
        HttpRequest request, EvaluationPolicies policies, CancellationToken cancellation)
    {
        var read = Read(request, await policies.CurrentAsync(cancellation));

        // Another process may just have changed the segments; read them again before a segment is refused.
        return read.Problem is null ? read : Read(request, await policies.FreshAsync(cancellation));
    }

    private static Outcome<AlertFilter> Read(HttpRequest request, EvaluationPolicy policy)
    {
        if (QueryValues.ReadWords(request, "status", "a status", AlertWords.StatusNames, out var status) is { } noStatus) return noStatus;
        if (QueryValues.ReadWords(request, "metric", "a metric", Metrics, out var metric) is { } noMetric) return noMetric;
        if (QueryValues.ReadWords(request, "severity", "a severity", AlertWords.SeverityNames, out var severity) is { } bad) return bad;
        if (QueryValues.ReadWords(request, "segment", "a segment", policy.Segments.Ids, out var segment) is { } noSegment) return noSegment;
        if (QueryValues.ReadTime(request, "since", out var since) is { } badTime) return badTime;
        return new AlertFilter
        {
            Status = [.. (status ?? NotResolved).Distinct()],
            Metric = metric,
            Severity = severity,
            Owner = QueryValues.Texts(request, "owner"),
            Segment = segment,
            AccountId = QueryValues.Texts(request, "accountId"),
            Since = since,
        };
    }
}
