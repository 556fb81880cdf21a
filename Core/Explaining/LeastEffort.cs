namespace HealthApi.Core.Explaining;

/// <summary>
/// Finds, among the sets of moves of the smallest size that reach the goal (each with its targets lowered), the one that moves the fewest
/// points.
/// </summary>
internal sealed class LeastEffort
{
    /// <summary>
    /// The most scores that are computed. Beyond it the best set so far is taken, and <see cref="IsProven"/> is false. The size is the
    /// smallest either way.
    /// </summary>
    private const int MostScores = 100_000;

    private readonly PathOptions _options;
    private readonly PathGoal _goal;
    private readonly IReadOnlyList<PathMove> _all;
    private readonly int _size;
    private readonly List<PathMove> _chosen = [];
    private double _least;
    private int _scores;

    /// <param name="known">A set of the smallest size that reaches the goal.</param>
    public LeastEffort(PathOptions options, PathGoal goal, IReadOnlyList<PathMove> known)
    {
        (_options, _goal, _size, _all, Moves, _least) = (options, goal, known.Count, options.Moves, known, double.PositiveInfinity);
        Take(known);
        Search(0);
    }

    public IReadOnlyList<PathMove> Moves { get; private set; }

    public bool IsProven => _scores < MostScores;

    private void Search(int from)
    {
        var open = _size - _chosen.Count;
        for (var index = from; index + open <= _all.Count && IsProven; index++)
        {
            if (_chosen.Exists(move => move.Signal == _all[index].Signal)) continue;
            _chosen.Add(_all[index]);
            if (open > 1) Search(index + 1);
            else Check();
            _chosen.RemoveAt(_chosen.Count - 1);
        }
    }

    private void Check()
    {
        _scores++;
        if (_goal.Reached(_options.With(_chosen).Score())) Take(_chosen);
    }

    private void Take(IReadOnlyList<PathMove> moves)
    {
        var lowered = TargetLowering.Lower(_options, _goal, moves, ref _scores);
        var effort = lowered.Sum(move => move.Effort);
        if (effort < _least) (Moves, _least) = (lowered, effort);
    }
}
