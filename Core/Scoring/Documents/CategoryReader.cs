using System.Collections.Immutable;
using HealthApi.Core.Input;
using HealthApi.Core.Signals;

namespace HealthApi.Core.Scoring.Documents;

/// <summary>
/// Reads the categories, best first: bounds strictly descending within 0–100, none on the last, ids unique and not <c>unknown</c>.
/// </summary>
internal static class CategoryReader
{
    public static ImmutableArray<HealthCategory> ReadAll(ref DocumentReader document)
    {
        if (!document.BeginArray())
        {
            return [];
        }

        var categories = new List<HealthCategory?>();
        while (document.NextItem(ModelLimits.Categories))
        {
            var errors = document.ErrorCount;
            var category = Read(ref document);
            categories.Add(document.ErrorCount == errors ? category : null);
        }

        Check(ref document, categories);
        return [.. categories.OfType<HealthCategory>()];
    }

    private static HealthCategory? Read(ref DocumentReader document)
    {
        if (!document.BeginObject())
        {
            return null;
        }

        string? id = null;
        string? meaning = null;
        double? bound = null;
        Operator? comparison = Operator.GreaterOrEqual;
        while (document.NextMember())
        {
            switch (document.Member)
            {
                case "id": id = document.Id(); break;
                case "op": comparison = document.Operator(">", ">="); break;
                case "bound": bound = document.Points(); break;
                case "meaning": meaning = document.Text(ModelLimits.LongestText); break;
                default: document.UnknownMember("id", "op", "bound", "meaning"); break;
            }
        }

        document.Require("id");
        return id is null ? null : new HealthCategory(id, bound, comparison == Operator.GreaterOrEqual, meaning ?? "");
    }

    /// <param name="categories">An item is null if it could not be read; the others are checked anyway.</param>
    private static void Check(ref DocumentReader document, List<HealthCategory?> categories)
    {
        if (categories.Count == 0)
        {
            document.Fail(DocumentErrorCodes.Incomplete, "A model needs at least one category.");
        }

        var ids = new HashSet<string> { HealthModel.UnknownCategory };
        for (var i = 0; i < categories.Count; i++)
        {
            if (categories[i] is not { } category) continue;
            if (!ids.Add(category.Id))
            {
                document.Fail(ErrorCodes.Duplicate, $"The category '{category.Id}' is given twice or reserved.", $"/{i}/id");
            }

            CheckBound(
                ref document, category, i, i == categories.Count - 1,
                categories.Take(i).LastOrDefault(before => before?.Bound is not null)?.Bound);
        }
    }

    private static void CheckBound(ref DocumentReader document, HealthCategory category, int i, bool last, double? before)
    {
        var bound = category.Bound;
        if (last != bound is null)
        {
            var detail = last ? "The last category has no bound: it covers every lower score."
                : "Every category but the last needs a bound.";
            document.Fail(last ? DocumentErrorCodes.Unreachable : ErrorCodes.Required, detail, $"/{i}/bound");
        }
        else if (bound >= before)
        {
            document.Fail(
                DocumentErrorCodes.NotDescending, "Categories go from best to worst: the bound must be below the one before.",
                $"/{i}/bound");
        }
        else if (!last && (category.Inclusive ? bound <= ModelLimits.WorstPoints : bound >= ModelLimits.BestPoints))
        {
            document.Fail(
                DocumentErrorCodes.Unreachable, "With this bound, no score is in this category, or none is in those below.",
                $"/{i}/bound");
        }
    }
}
