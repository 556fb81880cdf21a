using HealthApi.Core.Signals;

namespace HealthApi.Core.Explaining;

/// <summary>
/// Lowers the targets of a set of moves as far as the set still reaches the goal. Moves with the smallest gain per point of effort are
/// lowered first.
/// </summary>
internal static class TargetLowering
{
    /// <param name="scores">Is increased by the number of computed scores.</param>
    public static IReadOnlyList<PathMove> Lower(PathOptions options, PathGoal goal, IReadOnlyList<PathMove> moves, ref int scores)
    {
        var lowered = moves.ToArray();
        var full = options.With(moves).Score() ?? 0;
        var gains = moves.Select(
            move => (full - (options.With(moves.Where(other => other != move)).Score() ?? 0)) / Math.Max(move.Effort, double.Epsilon))
            .ToArray();
        foreach (var index in Enumerable.Range(0, moves.Count).OrderBy(index => gains[index]).ThenBy(index => moves[index].Signal))
        {
            var trial = new Trial(options, goal, lowered, index);
            lowered[index] = options.Singles.FirstOrDefault(single => single.Move == moves[index]) is { } single
                ? OnLadder(trial, single.Ladder) : OnValues(trial, options);
            scores += trial.Scores;
        }

        return lowered;
    }

    /// <summary>
    /// The lowest value of the ladder with which the goal is still reached. Values are in order of points, so a binary search finds it.
    /// </summary>
    private static PathMove OnLadder(Trial trial, Ladder ladder)
    {
        var (low, high) = (0L, ladder.Count - 1);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if (trial.Reaches(ladder[middle])) high = middle;
            else low = middle + 1;
        }

        return trial.To(ladder[high]);
    }

    /// <summary>
    /// The value with the least effort that still reaches the goal, moved back as far towards the present value as the goal allows.
    /// </summary>
    private static PathMove OnValues(Trial trial, PathOptions options)
    {
        var shared = options.Shared.First(candidate => candidate.Signal == trial.Move.Signal);
        var best = shared.All.OrderBy(move => move.Effort).First(move => move == trial.Move || trial.Reaches(move.Target));
        var present = options.Signals[shared.Signal];
        if (present.IsMissing || present.Kind != SignalKind.Number) return best;
        var (far, step) = (Math.Abs(best.Target.Number - present.Number), TargetValues.StepOf(SignalCatalogue.Get(shared.Signal)));
        var direction = Math.Sign(best.Target.Number - present.Number) * step;
        var (low, high) = (0L, (long)Math.Ceiling(far / step));
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if (trial.Reaches(At(middle))) high = middle;
            else low = middle + 1;
        }

        return trial.Reaches(At(high)) && trial.To(At(high)) is var back && back.Effort < best.Effort ? back : best;

        SignalValue At(long steps) => SignalValue.Of(Math.Round((Math.Round(present.Number / step) * step) + (steps * direction), 3));
    }

    private sealed class Trial(PathOptions options, PathGoal goal, PathMove[] moves, int index)
    {
        public int Scores { get; private set; }

        public PathMove Move { get; } = moves[index];

        public PathMove To(SignalValue target) => options.To(Move, target);

        public bool Reaches(SignalValue target)
        {
            Scores++;
            return goal.Reached(options.With([.. moves[..index], To(target), .. moves[(index + 1)..]]).Score());
        }
    }
}
