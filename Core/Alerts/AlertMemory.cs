using System.Text.Json.Serialization;
using HealthApi.Core.Thresholds;

namespace HealthApi.Core.Alerts;

/// <summary>What one evaluation leaves for the next about the alerts of an account.</summary>
public sealed record AlertMemory
{
    /// <summary>The memory of an account without a concern.</summary>
    public static readonly AlertMemory None = new();

    /// <summary>
    /// Former scores of the last 14 days that were above the present one (<see cref="ScoreHighs"/>); empty while the score is steady.
    /// </summary>
    public IReadOnlyList<ScoreHigh> Highs { get; init; } = [];

    /// <summary>Whether the last score was too uncertain to be judged.</summary>
    public bool Unjudged { get; init; }

    /// <summary>Null while no condition of health has held yet.</summary>
    public AlertState? Health { get; init; }

    /// <summary>Null while no condition of churn risk has held yet.</summary>
    public AlertState? ChurnRisk { get; init; }

    [JsonIgnore]
    public bool IsEmpty => Highs.Count == 0 && !Unjudged && Health is null && ChurnRisk is null;

    public AlertState? State(Metric metric) => metric == Metric.Health ? Health : ChurnRisk;

    /// <summary>The same memory with another state of one metric; the same instance if nothing changes.</summary>
    public AlertMemory With(Metric metric, AlertState? state) => ReferenceEquals(State(metric), state) ? this
        : metric == Metric.Health ? this with { Health = state } : this with { ChurnRisk = state };
}
