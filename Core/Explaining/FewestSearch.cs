namespace HealthApi.Core.Explaining;

/// <summary>
/// Finds the fewest signals to change. It tries every combination of moves of the signals that several components measure, small
/// combinations first. For each, <see cref="FewestChanges"/> finds exactly which other signals must be added. The result is the smallest
/// set unless there are more combinations or target values than can be tried; <see cref="IsProven"/> is false then.
/// </summary>
internal sealed class FewestSearch
{
    /// <summary>The most combinations that are tried. Twelve shared signals with one best move each have 4,096.</summary>
    private const int MostChoices = 5_000;

    /// <summary>Half of the sixth decimal: a score this close to a bound is rounded to it.</summary>
    private const double HalfMillionth = 5e-7;

    private readonly PathOptions _options;
    private readonly PathGoal _goal;

    public FewestSearch(PathOptions options, PathGoal goal)
    {
        (_options, _goal) = (options, goal);
        var choices = 0;
        for (var size = 0; size <= options.Shared.Count && size < (Moves?.Count ?? int.MaxValue) && IsDone; size++)
        {
            foreach (var given in Choices(0, size))
            {
                IsDone = ++choices <= MostChoices;
                if (!IsDone) break;
                Try(given);
            }
        }

        if (Moves is null && !IsDone) Try([.. options.Shared.Where(shared => shared.Best.Count > 0).Select(shared => shared.Best[^1])]);
    }

    /// <summary>The smallest set found; null if none reaches the goal.</summary>
    public IReadOnlyList<PathMove>? Moves { get; private set; }

    /// <summary>Whether it is proven that there is no smaller set.</summary>
    public bool IsProven => IsDone && _options.Shared.All(shared => shared.IsComplete);

    private bool IsDone { get; set; } = true;

    /// <summary>Without any data there is no score, even with neutral points. At least one signal must then get a value.</summary>
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

    private void Try(IReadOnlyList<PathMove> given)
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
