using HealthApi.Core.Input;

namespace HealthApi.Core.Scoring.Documents;

/// <summary>Reads <c>"renormalise"</c>, <c>"zero"</c> or <c>{ "points": 50 }</c>.</summary>
internal static class MissingPolicyReader
{
    public static MissingPolicy? Read(ref DocumentReader document)
    {
        if (document.IsText)
        {
            return document.Choice(["renormalise", "zero"]) switch
            {
                "zero" => MissingPolicy.Zero,
                "renormalise" => MissingPolicy.Renormalise,
                _ => null,
            };
        }

        if (!document.BeginObject())
        {
            return null;
        }

        double? points = null;
        while (document.NextMember())
        {
            if (document.Member == "points")
            {
                points = document.Number(ModelLimits.WorstPoints, ModelLimits.BestPoints);
            }
            else
            {
                document.UnknownMember("points");
            }
        }

        document.Require("points");
        return points is { } stated ? MissingPolicy.Points(stated) : null;
    }
}
