using HealthApi.Core;
using HealthApi.Core.Churn;
using HealthApi.Core.Scoring;
using HealthApi.Core.Signals;
using HealthApi.Infrastructure.Scoring;

namespace HealthApi.Api.Accounts;

/// <summary>A day of <c>GET …/health/history</c>; <c>at</c> is the day's first instant, the figures are those at its end (today's: now).</summary>
internal sealed record HistoryView(DateTimeOffset At, double? Score, string Category, RiskSummary ChurnRisk)
{
    public static HistoryView Of(DayStanding day) => new(day.At, HealthView.Shown(day.Score), day.Category, RiskSummary.Of(day.RiskScore, day.RiskLevel));
}

/// <summary><c>GET …/churn-risk</c>.</summary>
internal sealed record ChurnRiskView(string AccountId, DateTimeOffset AsOf, double Score, string Level, IEnumerable<IndicatorView> Indicators)
{
    public static ChurnRiskView Of(ReadStanding read) => new(
        read.Now.Account.Id,
        read.Now.AsOf,
        Rounding.ForDisplay(read.Now.Risk.Score),
        read.Now.Risk.Level,
        read.Now.Risk.Indicators.Select(indicator => IndicatorView.Of(indicator, read)));
}

/// <summary><c>since</c>: when it was first seen firing.</summary>
internal sealed record IndicatorView(
    string Id, Severity Severity, DateTimeOffset Since, IReadOnlyDictionary<string, object?> Evidence, string Intervention)
{
    public static IndicatorView Of(FiringIndicator indicator, ReadStanding read) => new(
        indicator.Id,
        indicator.Severity,
        read.IndicatorsSince.TryGetValue(indicator.Id, out var since) ? since : read.Now.AsOf,
        indicator.Evidence.ToDictionary(pair => SignalCatalogue.Get(pair.Key).Name, pair => pair.Value.ToObject()),
        indicator.Intervention);
}

/// <summary><c>GET …/signals</c>: every signal of the catalogue.</summary>
internal sealed record SignalsView(string AccountId, DateTimeOffset AsOf, IReadOnlyDictionary<string, SignalView> Signals)
{
    public static SignalsView Of(AccountStanding standing) => new(
        standing.Account.Id,
        standing.AsOf,
        SignalCatalogue.All.ToDictionary(definition => definition.Name, definition => SignalView.Of(definition.Signal, standing)));
}

/// <summary>A signal's value and the time of its newest evidence; stale when that evidence is older than <see cref="StaleAfter"/>.</summary>
internal sealed record SignalView(object? Value, DateTimeOffset? AsOf, bool Stale)
{
    /// <summary>The length of most windows: evidence from before it no longer tells of the present.</summary>
    private static readonly TimeSpan StaleAfter = TimeSpan.FromDays(30);

    public static SignalView Of(Signal signal, AccountStanding standing)
    {
        var evidence = standing.Signals.EvidenceAt(signal);
        return new SignalView(standing.Signals[signal].ToObject(), evidence, standing.AsOf - evidence > StaleAfter);
    }
}
