using HealthApi.Api.Accounts;
using HealthApi.Core.Churn;
using HealthApi.Core.Evaluation;
using HealthApi.Core.History;
using HealthApi.Core.Primitives;
using HealthApi.Core.Signals;
using HealthApi.Infrastructure.Explaining;

namespace HealthApi.Api.Explaining;

/// <summary>
/// A period of <c>GET …/health/history</c>; <c>at</c> is its first instant, the values are those at its end, or of the present for the
/// current period.
/// </summary>
internal sealed record HistoryView(DateTimeOffset At, double? Score, string Category, RiskSummary ChurnRisk)
{
    public static HistoryView Of(DayStanding day) =>
        new(day.At, HealthView.Shown(day.Score), day.Category, RiskSummary.Of(day.RiskScore, day.RiskLevel));
}

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

/// <summary><c>GET …/signals</c>: every signal of the catalogue.</summary>
internal sealed record SignalsView(string AccountId, DateTimeOffset AsOf, IReadOnlyDictionary<string, SignalView> Signals)
{
    public static SignalsView Of(ReadSignals read) => new(
        read.Standing.Account.Id,
        read.Standing.AsOf,
        SignalCatalogue.All.ToDictionary(definition => definition.Name, definition => SignalView.Of(definition.Signal, read)));
}

/// <summary>
/// A signal's value, the time of its newest evidence, and whether its source has been silent for longer than usual (<see
/// cref="SourceRhythm"/>).
/// </summary>
internal sealed record SignalView(object? Value, DateTimeOffset? AsOf, bool Stale)
{
    public static SignalView Of(Signal signal, ReadSignals read) =>
        new(read.Standing.Signals[signal].ToObject(), read.Standing.Signals.EvidenceAt(signal), read.IsStale(signal));
}

/// <summary>The history of an account.</summary>
/// <param name="AsKnownAt">The history is shown as it was known at this instant.</param>
internal sealed record HistoryList(DateTimeOffset AsKnownAt, IEnumerable<HistoryView> Data);

/// <summary>The subscriptions of an account.</summary>
internal sealed record SubscriptionList(IReadOnlyList<AccountSubscription> Data);
