using System.Text.Json.Serialization;
using HealthApi.Core.Primitives;

namespace HealthApi.Api.Alerts;

/// <summary>A score of an alert's metric: of health with its category, of churn risk with its level.</summary>
/// <param name="Score">0–100, rounded to one decimal; null without data.</param>
/// <param name="At">Its instant, where it is not that of the alert itself.</param>
internal sealed record AlertStandingView(
    double? Score,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Category,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Level,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? At)
{
    public static AlertStandingView Of(string metric, double? score, string label, DateTimeOffset? at) => metric == "health"
        ? new(Rounding.ForDisplay(score), label, null, at)
        : new(Rounding.ForDisplay(score), null, label, at);
}

/// <summary>The account of an alert.</summary>
internal sealed record AlertAccountView(string Name, string Segment, decimal? Arr, decimal? Mrr, string? Owner);
