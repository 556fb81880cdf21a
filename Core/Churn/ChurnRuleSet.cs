using System.Collections.Immutable;
using HealthApi.Core.Primitives;

namespace HealthApi.Core.Churn;

/// <summary>
/// The rules of churn risk, as data (domain.md §5): indicators, the probability of each severity, and the levels from worst to best; the
/// last level has no bound. <see cref="ChurnRuleSetReader"/> guarantees this.
/// </summary>
public sealed record ChurnRuleSet
{
    public required string Id { get; init; }

    public int Version { get; init; } = 1;

    /// <summary>Id and version, such as <c>default:1</c>.</summary>
    public string Key => $"{Id}:{Version}";

    public string Description { get; init; } = "";

    public required SeverityProbabilities Probabilities { get; init; }

    public required ImmutableArray<ChurnLevel> Levels { get; init; }

    public required ImmutableArray<ChurnIndicator> Indicators { get; init; }

    /// <summary>The level of a risk (0–100), compared at six decimals.</summary>
    public string LevelOf(double risk)
    {
        var compared = Rounding.ForBounds(risk);
        foreach (var level in Levels)
        {
            if (level.Bound is not { } bound || compared >= bound)
            {
                return level.Id;
            }
        }

        return Levels[^1].Id;
    }
}

/// <summary>
/// The value pᵢ of a firing indicator in the formula of <see cref="ChurnRisk"/>, for each severity; above 0 and below 1. The values are
/// set, not measured: they do not say how likely churn is.
/// </summary>
public sealed record SeverityProbabilities(double High, double Medium)
{
    public double Of(Severity severity) => severity == Severity.High ? High : Medium;
}

/// <summary>
/// A named range of risk, from <see cref="Bound"/> (included) up to the bound of the next worse level. The best level has no bound.
/// </summary>
public sealed record ChurnLevel(string Id, double? Bound)
{
    /// <summary>Rounded to the six decimals at which bounds are compared.</summary>
    public double? Bound { get; init => field = value is { } bound ? Rounding.ForBounds(bound) : null; } =
        Bound is { } given ? Rounding.ForBounds(given) : null;
}

/// <summary>A sign of churn and the intervention it calls for.</summary>
public sealed record ChurnIndicator(string Id, Severity Severity, IndicatorKind Kind, Condition Condition, string Intervention);
