using System.Collections.Immutable;
using HealthApi.Core.Input;

namespace HealthApi.Core.Scoring.Documents;

internal static class ComponentReader
{
    public static ImmutableArray<HealthComponent> ReadAll(ref DocumentReader document)
    {
        if (!document.BeginArray())
        {
            return [];
        }

        var ids = new HashSet<string>();
        var components = ImmutableArray.CreateBuilder<HealthComponent>();
        while (document.NextItem(ModelLimits.Components))
        {
            if (Read(ref document, ids) is { } component)
            {
                components.Add(component);
            }
        }

        if (components.Count == 0)
        {
            document.Fail(DocumentErrorCodes.Incomplete, "A model needs at least one component.");
        }

        return components.ToImmutable();
    }

    private static HealthComponent? Read(ref DocumentReader document, HashSet<string> ids)
    {
        if (!document.BeginObject())
        {
            return null;
        }

        string? id = null;
        double? weight = null;
        string? aggregate = null;
        ImmutableArray<HealthMeasure> measures = [];
        while (document.NextMember())
        {
            switch (document.Member)
            {
                case "id": id = document.Id(); break;
                case "weight": weight = document.Weight(); break;
                case "aggregate": aggregate = document.Choice(["mean", "min"]); break;
                case "measures": measures = MeasureReader.ReadAll(ref document); break;
                default: document.UnknownMember("id", "weight", "aggregate", "measures"); break;
            }
        }

        document.Require("id", "weight", "measures");
        if (id is not null && !ids.Add(id))
        {
            document.Fail(ErrorCodes.Duplicate, $"The component '{id}' is given twice.", "/id");
        }

        return new HealthComponent(id ?? "", weight ?? 1, aggregate == "min" ? Aggregate.Min : Aggregate.Mean, measures);
    }
}
