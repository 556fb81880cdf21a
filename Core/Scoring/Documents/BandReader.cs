using System.Collections.Immutable;
using HealthApi.Core.Input;
using HealthApi.Core.Signals;

namespace HealthApi.Core.Scoring.Documents;

/// <summary>Reads the bands of a normaliser; <c>op</c> is <c>&gt;=</c> if it is not given.</summary>
internal static class BandReader
{
    public static ImmutableArray<Band> ReadAll(ref DocumentReader document)
    {
        if (!document.BeginArray())
        {
            return [];
        }

        var bands = ImmutableArray.CreateBuilder<Band>();
        while (document.NextItem(ModelLimits.Bands))
        {
            if (Read(ref document) is { } band)
            {
                bands.Add(band);
            }
        }

        return bands.ToImmutable();
    }

    private static Band? Read(ref DocumentReader document)
    {
        if (!document.BeginObject())
        {
            return null;
        }

        Operator? comparison = Operator.GreaterOrEqual;
        double? bound = null;
        double? points = null;
        while (document.NextMember())
        {
            switch (document.Member)
            {
                case "op": comparison = document.Operator("<", "<=", ">", ">="); break;
                case "bound": bound = document.Bound(); break;
                case "points": points = document.Points(); break;
                default: document.UnknownMember("op", "bound", "points"); break;
            }
        }

        document.Require("bound", "points");
        return comparison is { } op && bound is { } at && points is { } given ? new Band(op, at, given) : null;
    }
}
