using System.Collections.Immutable;
using HealthApi.Core.Input;
using HealthApi.Core.Scoring.Documents;

namespace HealthApi.Core.Churn;

/// <summary>Reads the levels, worst first: bounds strictly descending above 0 and up to 100, none on the last, ids unique.</summary>
internal static class ChurnLevelReader
{
    public static ImmutableArray<ChurnLevel> ReadAll(ref DocumentReader document)
    {
        if (!document.BeginArray())
        {
            return [];
        }

        var levels = new List<ChurnLevel?>();
        while (document.NextItem(ModelLimits.Categories))
        {
            var errors = document.ErrorCount;
            var level = Read(ref document);
            levels.Add(document.ErrorCount == errors ? level : null);
        }

        Check(ref document, levels);
        return [.. levels.OfType<ChurnLevel>()];
    }

    private static ChurnLevel? Read(ref DocumentReader document)
    {
        if (!document.BeginObject())
        {
            return null;
        }

        string? id = null;
        double? bound = null;
        while (document.NextMember())
        {
            switch (document.Member)
            {
                case "id": id = document.Id(); break;
                case "bound": bound = document.Points(); break;
                default: document.UnknownMember("id", "bound"); break;
            }
        }

        document.Require("id");
        return id is null ? null : new ChurnLevel(id, bound);
    }

    /// <param name="levels">An item is null if it could not be read; the others are checked anyway.</param>
    private static void Check(ref DocumentReader document, List<ChurnLevel?> levels)
    {
        if (levels.Count == 0)
        {
            document.Fail(DocumentErrorCodes.Incomplete, "At least one level is needed.");
        }

        var ids = new HashSet<string>();
        for (var i = 0; i < levels.Count; i++)
        {
            if (levels[i] is not { } level) continue;
            if (!ids.Add(level.Id))
            {
                document.Fail(ErrorCodes.Duplicate, $"The level '{level.Id}' is given twice.", $"/{i}/id");
            }

            CheckBound(
                ref document, level.Bound, i, i == levels.Count - 1,
                levels.Take(i).LastOrDefault(before => before?.Bound is not null)?.Bound);
        }
    }

    private static void CheckBound(ref DocumentReader document, double? bound, int i, bool last, double? before)
    {
        if (last != bound is null)
        {
            var detail = last ? "The last level has no bound: it covers every lower risk." : "Every level but the last needs a bound.";
            document.Fail(last ? DocumentErrorCodes.Unreachable : ErrorCodes.Required, detail, $"/{i}/bound");
        }
        else if (bound >= before)
        {
            document.Fail(
                DocumentErrorCodes.NotDescending, "Levels go from worst to best: the bound must be below the one before.", $"/{i}/bound");
        }
        else if (bound <= ModelLimits.WorstPoints)
        {
            document.Fail(DocumentErrorCodes.Unreachable, "With this bound no risk is low enough for the levels below.", $"/{i}/bound");
        }
    }
}
