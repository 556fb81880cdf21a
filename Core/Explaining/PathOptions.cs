using HealthApi.Core.Scoring;
using HealthApi.Core.Signals;

namespace HealthApi.Core.Explaining;

/// <summary>What could be changed in an account's signals to raise its score.</summary>
internal sealed class PathOptions
{
    /// <summary>Signals that several components measure are tried value by value; more than so many of them are not offered as steps.</summary>
    private const int MostShared = 6;

    public PathOptions(HealthModel model, SignalSet signals)
    {
        (Model, Signals) = (model, signals);
        var sheet = NewSheet();
        var bySignal = Enumerable.Range(0, sheet.Measures.Count).GroupBy(index => sheet.Measures[index].Measure.Signal).ToList();
        foreach (var own in bySignal.Where(group => group.Count() == 1)) AddSingle(sheet, own.Key, own.Single());
        Shared = [.. bySignal.Where(group => group.Count() > 1).Take(MostShared).Select(group => ToShared(sheet, group.Key, [.. group]))];
    }

    public HealthModel Model { get; }

    public SignalSet Signals { get; }

    /// <summary>For each signal that one measure rests on: the move to its best value, and the measure.</summary>
    public List<(PathMove Move, Movable Movable, Ladder Ladder)> Singles { get; } = [];

    /// <summary>For each signal that several measures rest on: the moves worth trying.</summary>
    public IReadOnlyList<IReadOnlyList<PathMove>> Shared { get; }

    public ScoreSheet NewSheet() => new(Model, Signals);

    private void AddSingle(ScoreSheet sheet, Signal signal, int measure)
    {
        var of = sheet.Measures[measure].Measure;
        var ladder = Ladder.Of(of, Signals[signal]);
        if (ladder.Count == 0) return;
        var movable = new Movable(measure, of.Weight, sheet.PointsOf(measure), of.Normaliser.Points(ladder.Best));
        Singles.Add((PathMove.Of(sheet, signal, ladder.Best, [measure]), movable, ladder));
    }

    /// <summary>A weighted sum of lines and steps has its greatest value at one of their break points.</summary>
    private IReadOnlyList<PathMove> ToShared(ScoreSheet sheet, Signal signal, IReadOnlyList<int> measures)
    {
        var values = measures.SelectMany(measure => BreakPoints(sheet.Measures[measure].Measure)).Distinct().Where(value => value != Signals[signal]);
        return [.. values.Select(value => PathMove.Of(sheet, signal, value, measures))];
    }

    private static IEnumerable<SignalValue> BreakPoints(HealthMeasure measure)
    {
        var ladder = Ladder.Of(measure, SignalValue.Missing);
        return measure.Normaliser is LinearNormaliser ? [ladder[0], ladder.Best] : Enumerable.Range(0, (int)ladder.Count).Select(rung => ladder[rung]);
    }
}
