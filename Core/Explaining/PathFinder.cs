using HealthApi.Core.Scoring;
using HealthApi.Core.Signals;

namespace HealthApi.Core.Explaining;

/// <summary>
/// The smallest set of changed signals that lifts an account into a category. The number of signals is the least there is
/// (<see cref="FewestChanges"/>); among sets of that size the one of least effort is taken (the points its measures lack to their best, a missing
/// one counted from 0), and then each target is lowered as far as the category allows.
/// </summary>
public static class PathFinder
{
    /// <summary>Distance from a bound within which rounding to six decimals decides.</summary>
    private const double HalfMillionth = 5e-7;

    /// <summary>The path from the health that the data gives; without steps where it is that good or better; null where no change of signals reaches the category.</summary>
    /// <param name="category">One of the model's.</param>
    public static HealthPath? Find(HealthModel model, SignalSet signals, string category)
    {
        var options = new PathOptions(model, signals);
        var start = options.NewSheet().Score();
        var goal = new PathGoal(model, category);
        if (goal.Reached(start)) return new HealthPath(model.CategoryOf(start), category, start, []);
        var (fewest, size) = Fewest(options, goal);
        return fewest is null ? null : PathSteps.Build(options, goal, LeastEffort.Of(options, goal, fewest, size));
    }

    private static (IReadOnlyList<PathMove>? Moves, int Size) Fewest(PathOptions options, PathGoal goal)
    {
        var fewest = default(IReadOnlyList<PathMove>);
        foreach (var given in Assignments(options.Shared, 0))
        {
            if (fewest is not null && given.Count >= fewest.Count) continue;
            var sheet = options.NewSheet();
            foreach (var move in given) move.Apply(sheet);
            foreach (var set in FewestChanges.Sets(sheet, [.. options.Singles.Select(single => single.Movable)], goal.Least(HalfMillionth)))
            {
                IReadOnlyList<PathMove> moves = [.. given, .. options.Singles.Where(single => set.Contains(single.Movable)).Select(single => single.Move)];
                if (moves.Count == 0 && options.Singles.Count > 0) moves = [options.Singles.MinBy(single => single.Move.Effort).Move];
                if (fewest is not null && moves.Count >= fewest.Count) break;
                if (goal.ReachedBy(options, moves)) fewest = moves;
            }
        }

        return (fewest, fewest?.Count ?? 0);
    }

    /// <summary>Every choice of moves for the signals that several components measure.</summary>
    private static IEnumerable<IReadOnlyList<PathMove>> Assignments(IReadOnlyList<IReadOnlyList<PathMove>> shared, int index)
    {
        if (index == shared.Count) return [[]];
        var rest = Assignments(shared, index + 1).ToList();
        return rest.Concat(shared[index].SelectMany(move => rest.Select(others => (IReadOnlyList<PathMove>)[move, .. others])));
    }
}

/// <summary>A category to be reached.</summary>
internal sealed class PathGoal(HealthModel model, string category)
{
    private readonly int _rank = Rank(model, category);

    public string Category => category;

    public bool Reached(double? score) => score is not null && Rank(model, model.CategoryOf(score)) <= _rank;

    public bool ReachedBy(PathOptions options, IEnumerable<PathMove> moves)
    {
        var sheet = options.NewSheet();
        foreach (var move in moves) move.Apply(sheet);
        return Reached(sheet.Score());
    }

    /// <summary>The least score that the category has, given that scores are rounded before they are compared.</summary>
    public double Least(double rounding)
    {
        var goal = model.Categories[_rank];
        return goal.Bound is { } bound ? goal.Inclusive ? bound - rounding : bound + rounding : double.MinValue / model.Components.Length;
    }

    private static int Rank(HealthModel model, string category) => model.Categories.TakeWhile(known => known.Id != category).Count();
}
