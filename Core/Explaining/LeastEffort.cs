namespace HealthApi.Core.Explaining;

/// <summary>Among the sets of moves of one size that reach the goal, the one of least effort.</summary>
internal sealed class LeastEffort
{
    /// <summary>Sets looked at; models that ask for more than this are far beyond what anybody reads. The size is the least either way.</summary>
    private const int MostLooks = 200_000;

    private readonly PathOptions _options;
    private readonly PathGoal _goal;
    private readonly PathMove[] _moves;
    private readonly int _size;
    private readonly List<PathMove> _chosen = [];
    private IReadOnlyList<PathMove> _best;
    private double _least;
    private int _looks;

    private LeastEffort(PathOptions options, PathGoal goal, IReadOnlyList<PathMove> known, int size)
    {
        (_options, _goal, _size, _best, _least) = (options, goal, size, known, known.Sum(move => move.Effort));
        _moves = [.. options.Singles.Select(single => single.Move).Concat(options.Shared.SelectMany(moves => moves)).OrderBy(move => move.Effort).ThenBy(move => move.Signal)];
    }

    /// <param name="known">A set of that size which reaches the goal.</param>
    public static IReadOnlyList<PathMove> Of(PathOptions options, PathGoal goal, IReadOnlyList<PathMove> known, int size)
    {
        var search = new LeastEffort(options, goal, known, size);
        search.Look(0, 0);
        return search._best;
    }

    /// <summary>Moves are sorted by effort, so as soon as the cheapest completion is not cheaper than the best known, no later one is.</summary>
    private void Look(int from, double effort)
    {
        var open = _size - _chosen.Count;
        for (var index = from; index + open <= _moves.Length && _looks < MostLooks; index++)
        {
            if (effort + (open * _moves[index].Effort) >= _least) return;
            if (_chosen.Exists(move => move.Signal == _moves[index].Signal)) continue;
            _chosen.Add(_moves[index]);
            if (open > 1) Look(index + 1, effort + _moves[index].Effort);
            else Check(effort + _moves[index].Effort);
            _chosen.RemoveAt(_chosen.Count - 1);
        }
    }

    private void Check(double effort)
    {
        _looks++;
        if (_goal.ReachedBy(_options, _chosen)) (_best, _least) = ([.. _chosen], effort);
    }
}
