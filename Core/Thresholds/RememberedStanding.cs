using System.Text.Json.Serialization;
using HealthApi.Core.Accounts;
using HealthApi.Core.Signals;

namespace HealthApi.Core.Thresholds;

/// <summary>
/// How an account's health or churn risk stood when it was last compared with thresholds, with what it rested on: what a later move starts
/// from and is explained by.
/// </summary>
public sealed record RememberedStanding
{
    /// <summary>The instant of the evaluation; null where a former version of the service has stored it.</summary>
    public DateTimeOffset? At { get; init; }

    public double Score { get; init; }

    /// <summary>The category or level.</summary>
    public string Label { get; init; } = "";

    /// <summary>
    /// The health model or churn rules and version, such as <c>lifecycle:1</c>; null for the churn rules shipped with the product.
    /// </summary>
    public string? JudgedBy { get; init; }

    /// <summary>Health: the signals that the model measures, without the missing ones; null where a former version has stored it.</summary>
    public IReadOnlyDictionary<string, SignalValue>? Signals { get; init; }

    /// <summary>Churn risk: the firing indicators; null where none fires.</summary>
    public IReadOnlyList<string>? Indicators { get; init; }

    /// <summary>Health: the override that held, or null.</summary>
    public AccountOverride? Override { get; init; }

    /// <summary>Health: points by which the override moved the score.</summary>
    public double OverridePoints { get; init; }

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
