using HealthApi.Core.Scoring;
using HealthApi.Core.Signals;

namespace HealthApi.Core.Explaining;

/// <summary>Turns a set of moves into steps: targets no higher than needed, the largest step first, gains that add up.</summary>
internal static class PathSteps
{
    public static HealthPath Build(PathOptions options, PathGoal goal, IReadOnlyList<PathMove> moves)
    {
        var lowered = moves.OrderByDescending(move => move.Effort).ToList();
        for (var index = 0; index < lowered.Count; index++) Lower(options, goal, lowered, index);
        var sheet = options.NewSheet();
        var start = sheet.Score();
        var ordered = lowered.OrderByDescending(move => Alone(options, move)).ThenBy(move => move.Signal).ToList();
        var (score, gains) = (start ?? 0, new List<double>());
        foreach (var move in ordered)
        {
            move.Apply(sheet);
            var next = sheet.Score() ?? 0;
            gains.Add(next - score);
            score = next;
        }

        var tenths = Apportionment.InTenths(gains, (decimal)Rounding.ForDisplay(score) - (decimal)Rounding.ForDisplay(start ?? 0));
        var steps = ordered.Zip(tenths, (move, gain) => new PathStep(move.Signal, options.Signals[move.Signal], move.Target, gain));
        return new HealthPath(options.Model.CategoryOf(start), goal.Category, score, [.. steps]);
    }

    /// <summary>The lowest rung with which the goal is still reached; rungs are in order of points, so it is found by halving.</summary>
    private static void Lower(PathOptions options, PathGoal goal, List<PathMove> moves, int index)
    {
        if (options.Singles.FirstOrDefault(single => single.Move == moves[index]).Ladder is not { } ladder) return;
        var (low, high) = (0L, ladder.Count - 1);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if (goal.ReachedBy(options, [.. moves[..index], moves[index] with { Target = ladder[middle] }, .. moves[(index + 1)..]])) high = middle;
            else low = middle + 1;
        }

        moves[index] = moves[index] with { Target = ladder[high] };
    }

    private static double Alone(PathOptions options, PathMove move)
    {
        var sheet = options.NewSheet();
        move.Apply(sheet);
        return sheet.Score() ?? 0;
    }
}
