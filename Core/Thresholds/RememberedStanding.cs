using System.Text.Json.Serialization;
using HealthApi.Core.Accounts;
using HealthApi.Core.Signals;

namespace HealthApi.Core.Thresholds;

/// <summary>
/// The health or churn risk of an account when it was last compared with thresholds, and the data behind it. The next crossing starts from
/// it, and its reasons are derived from the difference.
/// </summary>
public sealed record RememberedStanding
{
    /// <summary>The instant of the evaluation; null if an earlier version of the service stored the record.</summary>
    public DateTimeOffset? At { get; init; }

    public double Score { get; init; }

    /// <summary>The category or level.</summary>
    public string Label { get; init; } = "";

    /// <summary>
    /// Id and version of the health model or of the churn rules, such as <c>lifecycle:1</c>; null for the built-in churn rules.
    /// </summary>
    public string? JudgedBy { get; init; }

    /// <summary>
    /// Health: the signals that the model measures, without missing ones; null if an earlier version of the service stored the record.
    /// </summary>
    public IReadOnlyDictionary<string, SignalValue>? Signals { get; init; }

    /// <summary>Churn risk: the firing indicators; null if none fires.</summary>
    public IReadOnlyList<string>? Indicators { get; init; }

    /// <summary>Health: the override that was in force, or null.</summary>
    public AccountOverride? Override { get; init; }

    /// <summary>Health: the points by which the override changed the score.</summary>
    public double OverridePoints { get; init; }

    /// <summary>The stored signals as a set; signals that the catalogue no longer has are left out.</summary>
    [JsonIgnore]
    public SignalSet? SignalSet
    {
        get
        {
            if (Signals is null) return null;
            var set = new SignalSet();
            foreach (var (name, value) in Signals)
            {
                if (SignalCatalogue.TryParse(name, out var signal))
                    set[signal] = value;
            }

            return set;
        }
    }
}
