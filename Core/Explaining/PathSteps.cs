using HealthApi.Core.Primitives;

namespace HealthApi.Core.Explaining;

/// <summary>Turns a set of moves into steps: the one that gains most on its own first, with gains that sum to the change.</summary>
internal static class PathSteps
{
    public static HealthPath Build(PathOptions options, PathGoal goal, IReadOnlyList<PathMove> moves)
    {
        var sheet = options.NewSheet();
        var start = sheet.Score();
        var ordered = moves.OrderByDescending(move => options.With([move]).Score() ?? 0).ThenBy(move => move.Signal).ToList();
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
}
