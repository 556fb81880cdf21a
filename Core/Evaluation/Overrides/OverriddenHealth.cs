using HealthApi.Core.Accounts;
using HealthApi.Core.Scoring;

namespace HealthApi.Core.Evaluation.Overrides;

/// <summary>Applies an override to a health score. Coverage and components stay those of the data.</summary>
public static class OverriddenHealth
{
    private const double TenthsPerPoint = 10, Half = 0.5;

    /// <summary>
    /// A stated score is used with the category that contains it. For a stated category the score is the one within the category that is
    /// nearest to the data's own score, in tenths of a point (without data: the middle), so that category, score and bounds always agree. A
    /// category that the model does not have changes nothing.
    /// </summary>
    public static HealthScore Apply(HealthModel model, HealthScore measured, AccountOverride? stated) => stated switch
    {
        { Score: { } score } => measured with { Score = score, Category = model.CategoryOf(score) },
        { Category: { } category }
            when Has(model, category) => measured with { Score = Nearest(model, category, measured), Category = category },
        _ => measured,
    };

    /// <summary>Whether the model has the category.</summary>
    public static bool Has(HealthModel model, string category) => model.Categories.Any(known => known.Id == category);

    private static double Nearest(HealthModel model, string category, HealthScore measured)
    {
        if (measured.Category == category && measured.Score is { } own) return own;
        var index = model.Categories.IndexOf(model.Categories.Single(known => known.Id == category));
        var (lower, upper) = (model.Categories[index].Bound ?? 0, index == 0 ? 100 : model.Categories[index - 1].Bound ?? 100);
        var (low, high) = (Math.Ceiling(lower * TenthsPerPoint), Math.Floor(upper * TenthsPerPoint));
        if (model.CategoryOf(low / TenthsPerPoint) != category) low++;
        if (model.CategoryOf(high / TenthsPerPoint) != category) high--;

        // A category narrower than a tenth of a point: use its middle.
        if (low > high) return (lower + upper) * Half;
        if (measured.Score is not { } score) return Math.Floor((low + high) * Half) / TenthsPerPoint;
        return (score > high / TenthsPerPoint ? high : low) / TenthsPerPoint;
    }
}
