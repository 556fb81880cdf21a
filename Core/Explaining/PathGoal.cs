using HealthApi.Core.Scoring;

namespace HealthApi.Core.Explaining;

/// <summary>A category to be reached.</summary>
internal sealed class PathGoal(HealthModel model, string category)
{
    private readonly int _rank = Rank(model, category);

    public string Category => category;

    public bool Reached(double? score) => score is not null && Rank(model, model.CategoryOf(score)) <= _rank;

    /// <summary>The least score that the category has, given that scores are rounded before they are compared.</summary>
    public double Least(double rounding)
    {
        var goal = model.Categories[_rank];
        return goal.Bound is { } bound ? goal.Inclusive ? bound - rounding : bound + rounding : double.MinValue / model.Components.Length;
    }

    private static int Rank(HealthModel model, string category) => model.Categories.TakeWhile(known => known.Id != category).Count();
}
