using HealthApi.Api.Accounts;
using HealthApi.Core.History;
using HealthApi.Core.Primitives;

namespace HealthApi.Api.Explaining;

/// <summary>
/// A period of <c>GET …/health/history</c>; <c>at</c> is its first instant, the values are those at its end, or of the present for the
/// current period.
/// </summary>
internal sealed record HistoryView(DateTimeOffset At, double? Score, string Category, RiskSummary ChurnRisk)
{
    public static HistoryView Of(DayStanding day) =>
        new(day.At, Rounding.ForDisplay(day.Score), day.Category, RiskSummary.Of(day.RiskScore, day.RiskLevel));
}

/// <summary>The history of an account.</summary>
/// <param name="AsKnownAt">The history is shown as it was known at this instant.</param>
internal sealed record HistoryList(DateTimeOffset AsKnownAt, IEnumerable<HistoryView> Data);
