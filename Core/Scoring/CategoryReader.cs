using System.Collections.Immutable;
using HealthApi.Core.Documents;
using HealthApi.Core.Signals;
using HealthApi.Core.Validation;

namespace HealthApi.Core.Scoring;

/// <summary>Reads the categories, best first: bounds strictly descending within 0–100, none on the last, ids unique and not <c>unknown</c>.</summary>
internal static class CategoryReader
{
    public static ImmutableArray<HealthCategory> ReadAll(ref DocumentReader document)
    {
        if (!document.BeginArray())
        {
            return [];
        }

        var errors = document.ErrorCount;
        var categories = ImmutableArray.CreateBuilder<HealthCategory>();
        while (document.NextItem(ModelLimits.Categories))
        {
            if (Read(ref document) is { } category)
            {
                categories.Add(category);
            }
        }

        if (document.ErrorCount == errors)
        {
            Check(ref document, categories);
        }

        return categories.ToImmutable();
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

    private static void Check(ref DocumentReader document, ImmutableArray<HealthCategory>.Builder categories)
    {
        if (categories.Count == 0)
        {
            document.Fail(DocumentErrorCodes.Incomplete, "A model needs at least one category.");
        }

        var ids = new HashSet<string> { HealthModel.UnknownCategory };
        for (var i = 0; i < categories.Count; i++)
        {
            if (!ids.Add(categories[i].Id))
            {
                document.Fail(ErrorCodes.Duplicate, $"The category '{categories[i].Id}' is given twice or reserved.", $"/{i}/id");
            }

            CheckBound(ref document, categories, i);
        }
    }

    private static void CheckBound(ref DocumentReader document, ImmutableArray<HealthCategory>.Builder categories, int i)
    {
        var (bound, last) = (categories[i].Bound, i == categories.Count - 1);
        if (last != bound is null)
        {
            var detail = last ? "The last category takes every score below and has no bound." : "Every category but the last needs a bound.";
            document.Fail(last ? DocumentErrorCodes.Unreachable : ErrorCodes.Required, detail, $"/{i}/bound");
        }
        else if (i > 0 && bound >= categories[i - 1].Bound)
        {
            document.Fail(DocumentErrorCodes.NotDescending, "Categories go from best to worst: the bound must be below the one before.", $"/{i}/bound");
        }
        else if (!last && (categories[i].Inclusive ? bound <= ModelLimits.WorstPoints : bound >= ModelLimits.BestPoints))
        {
            document.Fail(DocumentErrorCodes.Unreachable, "The bound leaves no score for this category or for those below.", $"/{i}/bound");
        }
    }
}
