using System.Collections.Frozen;
using System.Collections.Immutable;
using HealthApi.Core.Primitives;
using HealthApi.Core.Signals;

namespace HealthApi.Core.Scoring;

/// <summary>Turns a signal's value into points, 0–100 (domain.md §4).</summary>
public abstract record Normaliser
{
    private protected Normaliser()
    {
    }

    /// <summary>The kind of signal that it accepts.</summary>
    public abstract SignalKind Fits { get; }

    /// <summary>The points of a value, which must not be missing and must be of the accepted kind.</summary>
    public abstract double Points(SignalValue value);
}

/// <summary>
/// A linear scale: 0 points at <see cref="From"/>, 100 at <see cref="To"/>, clamped outside. <see cref="From"/> may be greater than
/// <see cref="To"/>.
/// </summary>
public sealed record LinearNormaliser(double From, double To) : Normaliser
{
    public override SignalKind Fits => SignalKind.Number;

    public override double Points(SignalValue value)
    {
        var clamped = Math.Clamp(value.Number, Math.Min(From, To), Math.Max(From, To));
        return (clamped - From) / (To - From) * 100;
    }
}

/// <summary>One comparison in a list of bands, and its points. The bound is compared at six decimals.</summary>
public sealed record Band(Operator Operator, double Bound, double Points)
{
    public double Bound { get; init => field = Rounding.ForBounds(value); } = Rounding.ForBounds(Bound);
}

/// <summary>Ordered bands: the first whose comparison holds gives the points; <see cref="Else"/> if none does.</summary>
public sealed record BandsNormaliser(ImmutableArray<Band> Bands, double? Else) : Normaliser
{
    public override SignalKind Fits => SignalKind.Number;

    public override double Points(SignalValue value)
    {
        var compared = Rounding.ForBounds(value.Number);
        foreach (var band in Bands)
        {
            if (band.Operator.Holds(compared, band.Bound))
            {
                return band.Points;
            }
        }

        return Else ?? 0;
    }
}

/// <summary>Points by word; <see cref="Else"/> for words that are not listed.</summary>
public sealed record MapNormaliser(FrozenDictionary<string, double> Words, double? Else) : Normaliser
{
    public override SignalKind Fits => SignalKind.Word;

    public override double Points(SignalValue value)
        => value.Word is { } word && Words.TryGetValue(word, out var points) ? points : Else ?? 0;
}

/// <summary>Points for true and for false.</summary>
public sealed record FlagNormaliser(double WhenTrue, double WhenFalse) : Normaliser
{
    public override SignalKind Fits => SignalKind.Flag;

    public override double Points(SignalValue value) => value.Flag ? WhenTrue : WhenFalse;
}
