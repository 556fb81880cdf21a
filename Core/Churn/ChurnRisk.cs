using HealthApi.Core.Signals;

namespace HealthApi.Core.Churn;

public enum Severity : byte { Medium, High }

/// <summary>Wire names of the severities.</summary>
public static class Severities
{
    public static string Name(this Severity severity) => severity == Severity.High ? "high" : "medium";
}

/// <summary>An indicator that fires, with the signal values that made it fire and the intervention it calls for.</summary>
public sealed record FiringIndicator(string Id, Severity Severity, IReadOnlyDictionary<Signal, SignalValue> Evidence, string Intervention);

/// <summary>Churn risk: 0–100, 100 is the worst; 100 × (1 − Π(1 − pᵢ)) over the firing indicators (domain.md §5).</summary>
public sealed record ChurnRisk(double Score, string Level, IReadOnlyList<FiringIndicator> Indicators);
