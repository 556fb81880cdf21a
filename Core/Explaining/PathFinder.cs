using HealthApi.Core.Scoring;
using HealthApi.Core.Signals;

namespace HealthApi.Core.Explaining;

/// <summary>
/// Finds the smallest set of signals whose change brings an account into a category. <see cref="FewestSearch"/> finds the smallest number
/// of signals. Among the sets of that size, each with its targets as low as the category allows, <see cref="LeastEffort"/> finds the one
/// that moves the fewest points; a measure without data counts from 0.
/// </summary>
public static class PathFinder
{
    /// <summary>The path from the measured health; without steps if the category, or a better one, is already reached.</summary>
    /// <param name="category">A category of the model.</param>
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
