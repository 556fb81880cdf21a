using HealthApi.Core.Scoring;
using HealthApi.Core.Signals;

namespace HealthApi.Core.Explaining;

/// <summary>A signal that only one measure uses: the move to its best value, the measure, and the possible target values.</summary>
internal sealed record SingleSignal(PathMove Move, Movable Movable, Ladder Ladder);

/// <summary>All changes of an account's signals that can raise its score.</summary>
internal sealed class PathOptions
{
    private readonly ScoreSheet _present;

    public PathOptions(HealthModel model, SignalSet signals)
    {
        (Model, Signals, _present) = (model, signals, new ScoreSheet(model, signals));
        var bySignal = Enumerable.Range(0, _present.Measures.Count).GroupBy(index => _present.Measures[index].Measure.Signal).ToList();
        Singles =
            [.. bySignal.Where(group => group.Count() == 1).Select(group => ToSingle(group.Key, group.Single())).OfType<SingleSignal>()];
        Shared = [
            .. bySignal.Where(group => group.Count() > 1)
            .Select(group => SharedSignal.Of(_present, group.Key, signals[group.Key], [.. group]))];
    }

    public HealthModel Model { get; }

    public SignalSet Signals { get; }

    public IReadOnlyList<SingleSignal> Singles { get; }

    public IReadOnlyList<SharedSignal> Shared { get; }

    /// <summary>Every move that a smallest path may contain, least effort first.</summary>
    public IReadOnlyList<PathMove> Moves =>
        [.. Singles.Select(single => single.Move).Concat(Shared.SelectMany(shared => shared.Best)).OrderBy(move => move.Effort)
            .ThenBy(move => move.Signal)];

    public ScoreSheet NewSheet() => _present.Copy();

    public ScoreSheet With(IEnumerable<PathMove> moves)
    {
        var sheet = NewSheet();
        foreach (var move in moves) move.Apply(sheet);
        return sheet;
    }

    /// <summary>The same move with another target.</summary>
    public PathMove To(PathMove move, SignalValue target) => PathMove.Of(_present, move.Signal, target, move.Measures);

    private SingleSignal? ToSingle(Signal signal, int measure)
    {
        var of = _present.Measures[measure].Measure;
        var ladder = Ladder.Of(of, Signals[signal]);
        if (ladder.Count == 0) return null;
        var movable = new Movable(measure, of.Weight, _present.PointsOf(measure), of.Normaliser.Points(ladder.Best));
        return new SingleSignal(PathMove.Of(_present, signal, ladder.Best, [measure]), movable, ladder);
    }
}
