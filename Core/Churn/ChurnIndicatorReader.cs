using System.Collections.Immutable;
using HealthApi.Core.Input;
using HealthApi.Core.Scoring.Documents;

namespace HealthApi.Core.Churn;

internal static class ChurnIndicatorReader
{
    private const int MostIndicators = 128;

    public static ImmutableArray<ChurnIndicator> ReadAll(ref DocumentReader document)
    {
        if (!document.BeginArray())
        {
            return [];
        }

        var ids = new HashSet<string>();
        var indicators = ImmutableArray.CreateBuilder<ChurnIndicator>();
        while (document.NextItem(MostIndicators))
        {
            if (Read(ref document, ids) is { } indicator)
            {
                indicators.Add(indicator);
            }
        }

        return indicators.ToImmutable();
    }

    private static ChurnIndicator? Read(ref DocumentReader document, HashSet<string> ids)
    {
        if (!document.BeginObject())
        {
            return null;
        }

        string? id = null;
        string? severity = null;
        string? kind = null;
        string? intervention = null;
        Condition? condition = null;
        while (document.NextMember())
        {
            switch (document.Member)
            {
                case "id": id = document.Id(); break;
                case "severity": severity = document.Choice(["high", "medium"]); break;
                case "kind": kind = document.Choice([.. IndicatorKinds.Names]); break;
                case "condition": condition = ConditionReader.Read(ref document); break;
                case "intervention": intervention = document.Text(ModelLimits.LongestText); break;
                default: document.UnknownMember("id", "severity", "kind", "condition", "intervention"); break;
            }
        }

        document.Require("id", "severity", "condition", "intervention");
        if (id is not null && !ids.Add(id))
        {
            document.Fail(ErrorCodes.Duplicate, $"The indicator '{id}' is given twice.", "/id");
        }

        return id is null || condition is null || intervention is null
            ? null
            : new ChurnIndicator(
                id,
                severity == "high" ? Severity.High : Severity.Medium,
                kind == IndicatorKind.Fact.Name() ? IndicatorKind.Fact : IndicatorKind.Measure,
                condition,
                intervention);
    }
}
