using HealthApi.Core.Primitives;
using HealthApi.Core.Scoring;
using HealthApi.Core.Signals;

namespace HealthApi.Core.Explaining;

/// <summary>
/// The possible target values of a signal: whole counts, tenths of points and hours, thousandths of ratios, and the bounds of its bands. A
/// value between these is not used as a target.
/// </summary>
internal static class TargetValues
{
    /// <summary>The step between target values.</summary>
    public static double StepOf(SignalDefinition definition) => definition.Unit switch
    {
        "ratio" => 0.001,
        "points" or "hours" => 0.1,
        _ => 1,
    };

    /// <summary>
    /// Values that contain the best one of every interval on which all normalisers are linear: both ends of each interval, their
    /// neighbours, and the middle of an interval that is narrower than a step.
    /// </summary>
    public static IEnumerable<SignalValue> Of(SignalDefinition definition, IEnumerable<Normaliser> normalisers) => definition.Kind switch
    {
        SignalKind.Flag => [SignalValue.Of(false), SignalValue.Of(true)],
        SignalKind.Word => definition.Words!.Select(SignalValue.Of),
        _ => Numbers(definition, Edges(definition, normalisers)).Select(value => Within(definition, Rounding.ForBounds(value))).Distinct()
            .Select(SignalValue.Of),
    };

    /// <summary>The multiples of the step between two values.</summary>
    public static IEnumerable<SignalValue> Between(double low, double high, double step)
    {
        var first = Math.Ceiling(Rounding.ForBounds(low / step));
        for (var rung = 0; (first + rung) * step <= high; rung++) yield return SignalValue.Of(Rounding.ForBounds((first + rung) * step));
    }

    /// <summary>The values at which a linear normaliser begins or ends or a band changes.</summary>
    public static double[] Edges(SignalDefinition definition, IEnumerable<Normaliser> normalisers) =>
        [.. normalisers.SelectMany(EdgesOf).Append(definition.Minimum).Append(definition.Maximum).OfType<double>().Distinct().Order()];

    public static double Within(SignalDefinition definition, double value) =>
        Math.Min(Math.Max(value, definition.Minimum ?? double.MinValue), definition.Maximum ?? double.MaxValue);

    private static IEnumerable<double?> EdgesOf(Normaliser normaliser) => normaliser switch
    {
        LinearNormaliser line => [line.From, line.To],
        BandsNormaliser bands => bands.Bands.Select(band => (double?)band.Bound),
        _ => [],
    };

    private static IEnumerable<double> Numbers(SignalDefinition definition, double[] edges)
    {
        var step = StepOf(definition);
        var beside = edges.SelectMany(edge =>
        {
            var (below, above) = (Math.Floor(Rounding.ForBounds(edge / step)) * step, Math.Ceiling(Rounding.ForBounds(edge / step)) * step);
            return new[] { below - step, below, above, above + step };
        });
        var isWhole = step == 1 && definition.Unit != "quantity";
        return isWhole ? beside : beside.Concat(edges).Concat(edges.Zip(edges.Skip(1), (left, right) => (left + right) / 2));
    }
}
