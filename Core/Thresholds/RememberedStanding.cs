using System.Text.Json.Serialization;
using HealthApi.Core.Accounts;
using HealthApi.Core.Evaluation;
using HealthApi.Core.Signals;

namespace HealthApi.Core.Thresholds;

/// <summary>
/// How an account's health or churn risk stood when it was last compared with thresholds, with what it rested on: what a later move starts from and is
/// explained by.
/// </summary>
public sealed record RememberedStanding
{
    /// <summary>The instant of the evaluation; null where a former version of the service has stored it.</summary>
    public DateTimeOffset? At { get; init; }

    public double Score { get; init; }

    /// <summary>The category or level.</summary>
    public string Label { get; init; } = "";

    /// <summary>The health model or churn rules and version, such as <c>lifecycle:1</c>; null for the churn rules shipped with the product.</summary>
    public string? JudgedBy { get; init; }

    /// <summary>Health: the signals that the model measures, without the missing ones; null where a former version has stored it.</summary>
    public IReadOnlyDictionary<string, SignalValue>? Signals { get; init; }

    /// <summary>Churn risk: the firing indicators; null where none fires.</summary>
    public IReadOnlyList<string>? Indicators { get; init; }

    /// <summary>Health: the override that held, or null.</summary>
    public AccountOverride? Override { get; init; }

    /// <summary>Health: points by which the override moved the score.</summary>
    public double OverridePoints { get; init; }

    /// <summary>The standing in one metric; null where thresholds do not watch it: without an event or without a score.</summary>
    public static RememberedStanding? Of(AccountStanding standing, Metric metric) => !standing.HasEvidence || standing.Value(metric) is not { } score ? null
        : metric == Metric.Health ? OfHealth(standing, score) : OfRisk(standing, score);

    private static RememberedStanding OfHealth(AccountStanding standing, double score) => new()
    {
        At = standing.AsOf,
        Score = score,
        Label = standing.Health.Category,
        JudgedBy = standing.Judgement.ModelKey,
        Signals = Measured(standing),
        Override = standing.Override,
        OverridePoints = standing.OverridePoints,
    };

    private static RememberedStanding OfRisk(AccountStanding standing, double score) => new()
    {
        At = standing.AsOf,
        Score = score,
        Label = standing.Risk.Level,
        JudgedBy = AccountMemory.RulesToKeep(standing.Judgement.RulesKey),
        Indicators = standing.Risk.Indicators.Count == 0 ? null : [.. standing.Risk.Indicators.Select(indicator => indicator.Id)],
    };

    private static Dictionary<string, SignalValue> Measured(AccountStanding standing)
    {
        var signals = new Dictionary<string, SignalValue>(StringComparer.Ordinal);
        foreach (var component in standing.Judgement.Model.Components)
            foreach (var measure in component.Measures)
                if (standing.Signals[measure.Signal] is { IsMissing: false } value)
                    signals[measure.Signal.Name()] = value;
        return signals;
    }

    /// <summary>The signals it rested on; signals that are not known any more are missing.</summary>
    [JsonIgnore]
    public SignalSet? SignalSet
    {
        get
        {
            if (Signals is null) return null;
            var set = new SignalSet();
            foreach (var (name, value) in Signals)
                if (SignalCatalogue.TryParse(name, out var signal))
                    set[signal] = value;
            return set;
        }
    }
}
