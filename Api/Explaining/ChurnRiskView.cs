using HealthApi.Core.Churn;
using HealthApi.Core.Evaluation;
using HealthApi.Core.Primitives;
using HealthApi.Core.Signals;
using HealthApi.Infrastructure.Explaining;

namespace HealthApi.Api.Explaining;

/// <summary><c>GET …/churn-risk</c>.</summary>
internal sealed record ChurnRiskView(
    string AccountId, DateTimeOffset AsOf, double Score, string Level, IEnumerable<IndicatorView> Indicators)
{
    public static ChurnRiskView Of(ReadRisk read) => Of(read.Standing.Now, read.Since);

    private static ChurnRiskView Of(AccountStanding standing, IReadOnlyDictionary<string, DateTimeOffset> since) => new(
        standing.Account.Id,
        standing.AsOf,
        Rounding.ForDisplay(standing.Risk.Score),
        standing.Risk.Level,
        standing.Risk.Indicators.Select(indicator => IndicatorView.Of(indicator, since[indicator.Id])));
}

/// <summary>A firing indicator; <c>since</c> is the instant from which its condition holds by the data.</summary>
internal sealed record IndicatorView(
    string Id, Severity Severity, IndicatorKind Kind, DateTimeOffset Since, IReadOnlyDictionary<string, object?> Evidence,
    string Intervention)
{
    public static IndicatorView Of(FiringIndicator indicator, DateTimeOffset since) => new(
        indicator.Id,
        indicator.Severity,
        indicator.Kind,
        since,
        indicator.Evidence.ToDictionary(pair => SignalCatalogue.Get(pair.Key).Name, pair => pair.Value.ToObject()),
        indicator.Intervention);
}
