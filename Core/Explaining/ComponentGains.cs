using HealthApi.Core.Scoring;

namespace HealthApi.Core.Explaining;

/// <summary>
/// A measure that can be changed: its index in the sheet, its weight, its present points (NaN if it is left out) and the most points that
/// it can have.
/// </summary>
internal sealed record Movable(int Measure, double Weight, double Points, double Best);

/// <summary>
/// Computes the highest score that a component can have if a given number of its measures is changed, and which measures those are. The
/// result is exact.
/// </summary>
internal static class ComponentGains
{
    private const double Dust = 1e-12;

    /// <param name="fixedWeight">The weight of the measures that have points and cannot be changed.</param>
    /// <param name="fixedSum">Σ weight × points over those measures.</param>
    /// <param name="fixedLowest">The lowest points among them; infinity if there are none.</param>
    public static (double Score, IReadOnlyList<Movable> Picks) Best(
        Aggregate aggregate, IReadOnlyList<Movable> movable, int changes, double fixedWeight, double fixedSum, double fixedLowest)
    {
        var counting = movable.Where(measure => !double.IsNaN(measure.Points)).ToList();
        if (fixedWeight == 0 && counting.Count == 0) return BestAlone(movable, changes);
        return aggregate == Aggregate.Min
            ? Raised(counting, changes, fixedLowest)
            : Averaged(
                movable, changes, fixedWeight + counting.Sum(measure => measure.Weight),
                fixedSum + counting.Sum(measure => measure.Weight * measure.Points));
    }

    /// <summary>A component without any points: neither a mean nor a minimum exceeds its best measure, so one change is enough.</summary>
    private static (double, IReadOnlyList<Movable>) BestAlone(IReadOnlyList<Movable> movable, int changes) =>
        changes > 0 && movable.MaxBy(measure => measure.Best) is { } best ? (best.Best, [best]) : (double.NaN, []);

    /// <summary>
    /// The best minimum. Every set of changes that reaches a value contains all measures that are below it, so only the sets of the lowest
    /// measures need to be tried. A measure without data never raises a minimum.
    /// </summary>
    private static (double, IReadOnlyList<Movable>) Raised(List<Movable> counting, int changes, double fixedLowest)
    {
        var sorted = counting.OrderBy(measure => measure.Points).ToList();
        var (top, picks) = (double.NegativeInfinity, 0);
        for (var count = 0; count <= Math.Min(changes, sorted.Count); count++)
        {
            var lowest = Math.Min(
                fixedLowest,
                Math.Min(
                    Lowest(sorted.Take(count).Select(measure => measure.Best)),
                    Lowest(sorted.Skip(count).Select(measure => measure.Points))));
            if (lowest > top) (top, picks) = (lowest, count);
        }

        return (top, sorted[..picks]);
    }

    /// <summary>
    /// The greatest ratio Σ weight × points ÷ Σ weight, by Dinkelbach's method (1967). Starting from an assumed ratio, it changes the
    /// measures that raise the ratio most, and continues with the ratio that they reach until it no longer rises.
    /// </summary>
    private static (double, IReadOnlyList<Movable>) Averaged(IReadOnlyList<Movable> movable, int changes, double weight, double sum)
    {
        var (ratio, picks) = (sum / weight, new List<Movable>());
        while (true)
        {
            var best = movable.Select(
                measure => (measure, Gain: measure.Weight * (measure.Best - (double.IsNaN(measure.Points) ? ratio : measure.Points))))
                .Where(candidate => candidate.Gain > 0).OrderByDescending(candidate => candidate.Gain).Take(changes)
                    .Select(candidate => candidate.measure).ToList();
            var added = best.Where(measure => double.IsNaN(measure.Points)).Sum(measure => measure.Weight);
            var next = (
                sum + best.Sum(measure => measure.Weight * (measure.Best - (double.IsNaN(measure.Points) ? 0 : measure.Points)))) / (
                    weight + added);
            if (next <= ratio + Dust) return (ratio, picks);
            (ratio, picks) = (next, best);
        }
    }

    private static double Lowest(IEnumerable<double> points) => points.DefaultIfEmpty(double.PositiveInfinity).Min();
}
