using HealthApi.Core.Scoring;
using HealthApi.Core.Signals;

namespace HealthApi.Core.Explaining;

/// <summary>
/// A signal that several components measure, so that a change of it moves several measures at once, perhaps in opposite directions.
/// </summary>
/// <param name="All">Every move that may be made.</param>
/// <param name="Best">Those that no other beats in all measures: where all measures rise and fall together, one.</param>
/// <param name="IsComplete">Whether the best move, whatever else is changed, is surely among <paramref name="Best"/>.</param>
internal sealed record SharedSignal(Signal Signal, IReadOnlyList<PathMove> All, IReadOnlyList<PathMove> Best, bool IsComplete)
{
    /// <summary>How many values between two edges are tried at most.</summary>
    private const int MostValues = 2_000;

    /// <summary>
    /// A sum of lines has its greatest value at an edge of theirs. A minimum bends besides where it meets another measure of its component,
    /// and that may be anywhere: there every value is tried that a target can have.
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

    /// <summary>A score never falls where a measure's points rise, so what is beaten in all measures is never needed.</summary>
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
            if (points[index] < others[index])
                return false;
        return true;
    }
}
