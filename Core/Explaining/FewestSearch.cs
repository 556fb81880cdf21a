namespace HealthApi.Core.Explaining;

/// <summary>
/// The fewest signals to change. Every choice of moves for the signals that several components measure is tried, those of few signals
/// first; what must be added of the others is then known exactly (<see cref="FewestChanges"/>). So the smallest set is found, unless there
/// are more choices than can be tried; that is told.
/// </summary>
internal sealed class FewestSearch
{
    /// <summary>Twelve signals measured in several components, all of whose measures rise together, make 4,096 choices.</summary>
    private const int MostChoices = 5_000;

    /// <summary>Distance from a bound within which rounding to six decimals decides.</summary>
    private const double HalfMillionth = 5e-7;

    private readonly PathOptions _options;
    private readonly PathGoal _goal;

    public FewestSearch(PathOptions options, PathGoal goal)
    {
        (_options, _goal) = (options, goal);
        var choices = 0;
        for (var size = 0; size <= options.Shared.Count && size < (Moves?.Count ?? int.MaxValue) && IsDone; size++)
            foreach (var given in Choices(0, size))
            {
                IsDone = ++choices <= MostChoices;
                if (!IsDone) break;
                Look(given);
            }

        if (Moves is null && !IsDone) Look([.. options.Shared.Where(shared => shared.Best.Count > 0).Select(shared => shared.Best[^1])]);
    }

    /// <summary>The smallest set found; null where none reaches the goal.</summary>
    public IReadOnlyList<PathMove>? Moves { get; private set; }

    /// <summary>Whether there is surely no smaller one.</summary>
    public bool IsProven => IsDone && _options.Shared.All(shared => shared.IsComplete);

    private bool IsDone { get; set; } = true;

    /// <summary>Without any data there is no score, so one signal must be given some, whatever neutral points there are.</summary>
    private IEnumerable<IReadOnlyList<PathMove>> Choices(int from, int size)
    {
        if (size == 0 && from == 0 && _options.NewSheet().Score() is null)
            return _options.Singles.Select(single => (IReadOnlyList<PathMove>)[single.Move]);
        return Some(from, size);
    }

    private IEnumerable<IReadOnlyList<PathMove>> Some(int from, int size)
    {
        if (size == 0) return [[]];
        return Enumerable.Range(from, Math.Max(0, _options.Shared.Count - from)).SelectMany(index =>
            _options.Shared[index].Best.SelectMany(
                move => Some(index + 1, size - 1).Select(rest => (IReadOnlyList<PathMove>)[move, .. rest])));
    }

    private void Look(IReadOnlyList<PathMove> given)
    {
        var free = _options.Singles.Where(single => !given.Contains(single.Move)).ToList();
        foreach (
            var set in FewestChanges.Sets(_options.With(given), [.. free.Select(single => single.Movable)], _goal.Least(HalfMillionth)))
        {
            if (Moves is not null && given.Count + set.Count >= Moves.Count) return;
            IReadOnlyList<PathMove> moves = [.. given, .. free.Where(single => set.Contains(single.Movable)).Select(single => single.Move)];
            if (!_goal.Reached(_options.With(moves).Score())) continue;
            Moves = moves;
            return;
        }
    }
}
