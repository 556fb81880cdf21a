using HealthApi.Core.Signals;

namespace HealthApi.Core.Churn;

public enum Severity : byte { Medium, High }

/// <summary>Wire names of the severities.</summary>
public static class Severities
{
    public static string Name(this Severity severity) => severity == Severity.High ? "high" : "medium";
}

/// <summary>The kind of evidence of an indicator.</summary>
public enum IndicatorKind : byte
{
    /// <summary>A measured signal has passed a bound.</summary>
    Measure,

    /// <summary>An event states a fact, such as that a champion left.</summary>
    Fact,
}

/// <summary>Wire names of the kinds.</summary>
public static class IndicatorKinds
{
    public static IReadOnlyList<string> Names { get; } = ["measure", "fact"];

    public static string Name(this IndicatorKind kind) => Names[(int)kind];
}

/// <summary>An indicator that fires, with the signal values that its condition names and the intervention it calls for.</summary>
public sealed record FiringIndicator(
    string Id, Severity Severity, IndicatorKind Kind, IReadOnlyDictionary<Signal, SignalValue> Evidence, string Intervention);

/// <summary>
/// Churn risk, an index from 0 to 100; 100 is the worst. It is 100 × (1 − Π(1 − pᵢ)) over the firing indicators (domain.md §5).
/// </summary>
public sealed record ChurnRisk(double Score, string Level, IReadOnlyList<FiringIndicator> Indicators);
