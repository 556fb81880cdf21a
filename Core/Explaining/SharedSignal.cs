using HealthApi.Core.Scoring;
using HealthApi.Core.Signals;

namespace HealthApi.Core.Explaining;

/// <summary>
/// A signal that several components measure. A change of it moves several measures at once, possibly in opposite directions.
/// </summary>
/// <param name="All">Every move that may be made.</param>
/// <param name="Best">
/// The moves for which no other move is at least as good in all measures; just one if all measures rise and fall together.
/// </param>
/// <param name="IsComplete">
/// Whether <paramref name="Best"/> is proven to contain the best move for any combination with other changes.
/// </param>
internal sealed record SharedSignal(Signal Signal, IReadOnlyList<PathMove> All, IReadOnlyList<PathMove> Best, bool IsComplete)
{
    /// <summary>The most values between the outer edges that are tried.</summary>
    private const int MostValues = 2_000;

    /// <summary>
    /// A sum of piecewise linear functions has its maximum at an edge of one of them. A minimum also bends where it meets another measure
    /// of its component, which can be at any value. In that case every possible target value is tried.
    /// </summary>
    public static SharedSignal Of(ScoreSheet sheet, Signal signal, SignalValue present, IReadOnlyList<int> measures)
    {
        var definition = SignalCatalogue.Get(signal);
        var all = Moves(TargetValues.Of(definition, measures.Select(measure => sheet.Measures[measure].Measure.Normaliser)));
        var best = Unbeaten(sheet, all);
        if (best.Count <= 1 || !measures.Any(measure => Bends(sheet.Measures[measure]))) return new SharedSignal(signal, all, best, true);
        var (edges, step) = (
            TargetValues.Edges(definition, measures.Select(measure => sheet.Measures[measure].Measure.Normaliser)),
            TargetValues.StepOf(definition));
        if ((edges[^1] - edges[0]) / step > MostValues) return new SharedSignal(signal, all, best, false);
        all = Moves(TargetValues.Between(edges[0], edges[^1], step).Concat(all.Select(move => move.Target)).Distinct());
        return new SharedSignal(signal, all, Unbeaten(sheet, all), true);

        List<PathMove> Moves(IEnumerable<SignalValue> values) => [
            .. values.Where(value => value != present).Select(value => PathMove.Of(sheet, signal, value, measures))];
    }

    private static bool Bends(SheetMeasure measure) =>
        measure.Measure.Normaliser is LinearNormaliser && measure.Component is { Aggregate: Aggregate.Min, Measures.Length: > 1 };

    /// <summary>
    /// A score never falls if the points of a measure rise. A move that another one equals or exceeds in all measures is therefore never
    /// needed.
    /// </summary>
    private static List<PathMove> Unbeaten(ScoreSheet sheet, List<PathMove> moves)
    {
        var best = new List<(PathMove Move, double[] Points)>();
        foreach (var move in moves)
        {
            double[] points = [.. move.Measures.Select(measure => sheet.Measures[measure].Measure.Normaliser.Points(move.Target))];
            if (best.Exists(other => Beats(other.Points, points))) continue;
            best.RemoveAll(other => Beats(points, other.Points));
            best.Add((move, points));
        }

        return [.. best.Select(kept => kept.Move)];
    }

    private static bool Beats(double[] points, double[] others)
    {
        for (var index = 0; index < points.Length; index++)
        {
            if (points[index] < others[index])
                return false;
        }

        return true;
    }
}
