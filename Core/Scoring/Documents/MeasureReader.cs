using System.Collections.Immutable;
using HealthApi.Core.Input;
using HealthApi.Core.Signals;

namespace HealthApi.Core.Scoring.Documents;

internal static class MeasureReader
{
    public static ImmutableArray<HealthMeasure> ReadAll(ref DocumentReader document)
    {
        if (!document.BeginArray())
        {
            return [];
        }

        var signals = new HashSet<Signal>();
        var measures = ImmutableArray.CreateBuilder<HealthMeasure>();
        var any = false;
        while (document.NextItem(ModelLimits.Measures))
        {
            any = true;
            if (Read(ref document, signals) is { } measure)
            {
                measures.Add(measure);
            }
        }

        if (!any)
        {
            document.Fail(DocumentErrorCodes.Incomplete, "A component needs at least one measure.");
        }

        return measures.ToImmutable();
    }

    private static HealthMeasure? Read(ref DocumentReader document, HashSet<Signal> signals)
    {
        if (!document.BeginObject())
        {
            return null;
        }

        Signal? signal = null;
        Normaliser? normaliser = null;
        double? weight = null;
        MissingPolicy? missing = null;
        while (document.NextMember())
        {
            switch (document.Member)
            {
                case "signal": signal = document.Signal(); break;
                case "normaliser": normaliser = NormaliserReader.Read(ref document); break;
                case "weight": weight = document.Weight(); break;
                case "missing": missing = MissingPolicyReader.Read(ref document); break;
                default: document.UnknownMember("signal", "normaliser", "weight", "missing"); break;
            }
        }

        document.Require("signal", "normaliser");
        if (normaliser is not null)
        {
            NormaliserRules.CheckAlone(ref document, normaliser);
        }

        if (signal is not { } known)
        {
            return null;
        }

        if (!signals.Add(known))
        {
            document.Fail(ErrorCodes.Duplicate, $"The component measures '{known.Name()}' twice.", "/signal");
        }

        if (normaliser is null)
        {
            return null;
        }

        NormaliserRules.Check(ref document, SignalCatalogue.Get(known), normaliser);
        return new HealthMeasure(known, normaliser, weight ?? 1, missing);
    }
}
