using HealthApi.Core.Scoring;

namespace HealthApi.Core.Explaining;

/// <summary>
/// A measure that can be changed: its place in the sheet, the points it has (NaN where it is left out) and the most it can have.
/// </summary>
internal sealed record Movable(int Measure, double Weight, double Points, double Best);

/// <summary>The highest score a component can have when a number of its measures is changed, and which measures those are. Exact.</summary>
internal static class ComponentGains
{
    private const double Dust = 1e-12;

    /// <param name="fixedWeight">Weight of the measures that stay as they are and have points.</param>
    /// <param name="fixedSum">Σ weight × points over those.</param>
    /// <param name="fixedLowest">The lowest points among those, infinity where there are none.</param>
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

    /// <summary>A component without any points: no mean and no minimum is above its best measure.</summary>
    private static (double, IReadOnlyList<Movable>) BestAlone(IReadOnlyList<Movable> movable, int changes) =>
        changes > 0 && movable.MaxBy(measure => measure.Best) is { } best ? (best.Best, [best]) : (double.NaN, []);

    /// <summary>
    /// To lift a minimum, the lowest measures must be lifted: whatever set reaches a value contains all that are below it, and the rest of
    /// the lowest ones can only help. A measure without data never lifts it.
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
    /// The greatest ratio Σ weight × points ÷ Σ weight by Dinkelbach's method: for a ratio assumed, the measures that raise it most are the
    /// best ones to change; the ratio they reach is assumed next, until it stays.
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
