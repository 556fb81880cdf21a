using HealthApi.Core.Scoring;
using HealthApi.Core.Signals;

namespace HealthApi.Core.Explaining;

/// <summary>
/// The smallest set of changed signals that lifts an account into a category. The number of signals is the least there is
/// (<see cref="FewestSearch"/>); among sets of that size, each with its targets lowered as far as the category allows, it is the one of
/// least effort (<see cref="LeastEffort"/>): the points by which its measures are moved, a missing one counted from 0.
/// </summary>
public static class PathFinder
{
    /// <summary>The path from the health that the data gives; without steps where it is that good or better.</summary>
    /// <param name="category">One of the model's.</param>
    public static PathSearch Find(HealthModel model, SignalSet signals, string category)
    {
        var options = new PathOptions(model, signals);
        var start = options.NewSheet().Score();
        var goal = new PathGoal(model, category);
        if (goal.Reached(start)) return new PathSearch(new HealthPath(model.CategoryOf(start), category, start, []), true, true);
        var fewest = new FewestSearch(options, goal);
        if (fewest.Moves is not { } moves) return new PathSearch(null, fewest.IsProven, fewest.IsProven);
        var least = new LeastEffort(options, goal, moves);
        return new PathSearch(PathSteps.Build(options, goal, least.Moves), fewest.IsProven, fewest.IsProven && least.IsProven);
    }
}
