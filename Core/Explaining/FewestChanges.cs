using HealthApi.Core.Scoring;

namespace HealthApi.Core.Explaining;

/// <summary>
/// The fewest measures to change so that Σ weight × (component − bound) over the components that count is not below 0, which is to say that
/// the score reaches the bound. Components do not touch each other in that sum, so trying every division of a number of changes among them
/// (a knapsack over components) finds the best one there is: what this does not reach with k changes, no k changes reach.
/// </summary>
internal static class FewestChanges
{
    /// <summary>In points of the score.</summary>
    private const double Dust = 1e-9;

    /// <param name="sheet">With what is given already.</param>
    /// <param name="movable">The measures that may be changed, each to its best.</param>
    /// <returns>Sets of measures that could do, the smallest first; where dust deceives, a later one does.</returns>
    public static IEnumerable<IReadOnlyList<Movable>> Sets(ScoreSheet sheet, IReadOnlyList<Movable> movable, double bound)
    {
        var best = new List<Plan> { new(0, []) };
        var byComponent = movable.ToLookup(measure => sheet.Measures[measure.Measure].Index);
        for (int index = 0, first = 0; index < sheet.Model.Components.Length; first += sheet.Model.Components[index++].Measures.Length)
            best = Extend(best, Options(sheet, index, first, [.. byComponent[index]], bound));
        var dust = Dust * sheet.Model.Components.Sum(component => component.Weight);
        return best.Where(plan => plan.Value >= -dust).Select(plan => plan.Picks);
    }

    /// <summary>The best value with each number of changes in one component.</summary>
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
