using HealthApi.Core.Scoring;

namespace HealthApi.Core.Explaining;

/// <summary>The category that a path must reach.</summary>
internal sealed class PathGoal(HealthModel model, string category)
{
    private readonly int _rank = Rank(model, category);

    public string Category => category;

    public bool Reached(double? score) => score is not null && Rank(model, model.CategoryOf(score)) <= _rank;

    /// <summary>
    /// The least score of the category. Scores are rounded before they are compared, so it differs from the bound by
    /// <paramref name="rounding"/>.
    /// </summary>
    public double Least(double rounding)
    {
        var goal = model.Categories[_rank];
        return goal.Bound is { } bound ? goal.Inclusive ? bound - rounding : bound + rounding : double.MinValue / model.Components.Length;
    }

    private static int Rank(HealthModel model, string category) => model.Categories.TakeWhile(known => known.Id != category).Count();
}
