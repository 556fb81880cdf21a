using HealthApi.Core.Scoring;

namespace HealthApi.Core.Explaining;

/// <summary>
/// Finds the fewest measures to change so that the score reaches a bound, that is, so that Σ weight × (component − bound) over the counting
/// components is at least 0. The terms of the sum are independent, so the best distribution of k changes among the components (a knapsack)
/// is found exactly: if it does not reach the bound, no set of k changes does.
/// </summary>
internal static class FewestChanges
{
    /// <summary>The tolerance for floating-point errors, in points of the score.</summary>
    private const double Dust = 1e-9;

    /// <param name="sheet">The sheet, with the changes that are already made.</param>
    /// <param name="movable">The measures that may be changed, each to its best value.</param>
    /// <returns>
    /// Sets of measures that reach the bound up to a floating-point error, the smallest first. The caller checks each and takes the next
    /// one if it fails.
    /// </returns>
    public static IEnumerable<IReadOnlyList<Movable>> Sets(ScoreSheet sheet, IReadOnlyList<Movable> movable, double bound)
    {
        var best = new List<Plan> { new(0, []) };
        var byComponent = movable.ToLookup(measure => sheet.Measures[measure.Measure].Index);
        for (int index = 0, first = 0; index < sheet.Model.Components.Length; first += sheet.Model.Components[index++].Measures.Length)
            best = Extend(best, Options(sheet, index, first, [.. byComponent[index]], bound));
        var dust = Dust * sheet.Model.Components.Sum(component => component.Weight);
        return best.Where(plan => plan.Value >= -dust).Select(plan => plan.Picks);
    }

    /// <summary>The best value of one component for each number of changes.</summary>
    private static List<Plan> Options(ScoreSheet sheet, int index, int first, IReadOnlyList<Movable> movable, double bound)
    {
        var component = sheet.Model.Components[index];
        var moving = movable.Select(measure => measure.Measure).ToHashSet();
        double weight = 0, sum = 0, lowest = double.PositiveInfinity;
        for (var at = first; at < first + component.Measures.Length; at++)
        {
            if (moving.Contains(at) || double.IsNaN(sheet.PointsOf(at))) continue;
            weight += component.Measures[at - first].Weight;
            sum += component.Measures[at - first].Weight * sheet.PointsOf(at);
            lowest = Math.Min(lowest, sheet.PointsOf(at));
        }

        return [.. Enumerable.Range(0, movable.Count + 1).Select(changes =>
        {
            var (score, picks) = ComponentGains.Best(component.Aggregate, movable, changes, weight, sum, lowest);
            return new Plan(double.IsNaN(score) ? 0 : component.Weight * (score - bound), picks);
        })];
    }

    private static List<Plan> Extend(List<Plan> before, List<Plan> options)
    {
        var extended = new List<Plan>(before.Count + options.Count - 1);
        for (var changes = 0; changes < before.Count + options.Count - 1; changes++)
        {
            var top = new Plan(double.NegativeInfinity, []);
            for (var here = Math.Max(0, changes - before.Count + 1); here <= Math.Min(changes, options.Count - 1); here++)
            {
                var value = before[changes - here].Value + options[here].Value;
                if (value > top.Value) top = new Plan(value, [.. before[changes - here].Picks, .. options[here].Picks]);
            }

            extended.Add(top);
        }

        return extended;
    }

    private sealed record Plan(double Value, IReadOnlyList<Movable> Picks);
}
