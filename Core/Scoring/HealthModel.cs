using System.Collections.Immutable;
using HealthApi.Core.Primitives;
using HealthApi.Core.Scoring.Documents;
using HealthApi.Core.Signals;

namespace HealthApi.Core.Scoring;

/// <summary>
/// The rules of the health score, as data (domain.md §4). Weights are relative and need not sum to 1. <see cref="Missing"/> says how a
/// measure without data counts, unless the measure states it itself. <see cref="Categories"/> are ordered from best to worst; the last has
/// no bound. <see cref="HealthModelReader"/> guarantees this.
/// </summary>
public sealed record HealthModel
{
    /// <summary>The category of an account without any data.</summary>
    public const string UnknownCategory = "unknown";

    public required string Id { get; init; }

    public int Version { get; init; } = 1;

    /// <summary>Id and version, such as <c>lifecycle:1</c>.</summary>
    public string Key => $"{Id}:{Version}";

    public required string Name { get; init; }

    public string Description { get; init; } = "";

    /// <summary>Whether the model is used if no model is assigned.</summary>
    public bool IsDefault { get; init; }

    public MissingPolicy Missing { get; init; } = MissingPolicy.Renormalise;

    public required ImmutableArray<HealthComponent> Components { get; init; }

    public required ImmutableArray<HealthCategory> Categories { get; init; }

    /// <summary>The category of a score, compared at six decimals; <see cref="UnknownCategory"/> without a score.</summary>
    public string CategoryOf(double? score)
    {
        if (score is not { } value)
        {
            return UnknownCategory;
        }

        var compared = Rounding.ForBounds(value);
        foreach (var category in Categories)
        {
            if (category.Holds(compared))
            {
                return category.Id;
            }
        }

        return Categories[^1].Id;
    }
}

/// <summary>How a component's score is computed from its measures.</summary>
public enum Aggregate : byte
{
    /// <summary>The weighted mean of the measures.</summary>
    Mean,

    /// <summary>The lowest measure.</summary>
    Min,
}

/// <summary>A weighted part of a model. <see cref="Weight"/> is finite and above 0.</summary>
public sealed record HealthComponent(string Id, double Weight, Aggregate Aggregate, ImmutableArray<HealthMeasure> Measures);

/// <summary>
/// Turns a signal into points. <see cref="Weight"/> is relative to the other measures of the component. <see cref="Missing"/> is null if
/// the model's policy applies.
/// </summary>
public sealed record HealthMeasure(Signal Signal, Normaliser Normaliser, double Weight = 1, MissingPolicy? Missing = null)
{
    /// <summary>The points of the signal's value; NaN if the measure is left out.</summary>
    /// <param name="policy">The model's policy for missing values.</param>
    internal double Points(SignalValue value, MissingPolicy policy) =>
        value.IsMissing ? (Missing ?? policy).NeutralPoints ?? double.NaN : Normaliser.Points(value);
}

/// <summary>
/// A named range of scores, from <see cref="Bound"/> (included if <see cref="Inclusive"/>) up to the bound of the next better category. The
/// worst category has no bound. <see cref="Meaning"/> says what to do.
/// </summary>
public sealed record HealthCategory(string Id, double? Bound, bool Inclusive, string Meaning)
{
    /// <summary>Rounded to the six decimals at which bounds are compared.</summary>
    public double? Bound { get; init => field = value is { } bound ? Rounding.ForBounds(bound) : null; } =
        Bound is { } given ? Rounding.ForBounds(given) : null;

    internal bool Holds(double compared) => Bound is not { } bound || compared > bound || (Inclusive && compared == bound);
}
