using HealthApi.Core.Evaluation;
using HealthApi.Core.Primitives;

namespace HealthApi.Core.Explaining;

/// <summary>
/// The confidence in a score: the coverage, counting only families of events that have not fallen silent (<see
/// cref="AccountStanding.CertainCoverage"/>), in four levels.
/// </summary>
public static class Confidence
{
    public const string High = "high", Medium = "medium", Low = "low", None = "none";

    private const double HighCoverage = 0.8, MediumCoverage = 0.5;

    public static string Of(AccountStanding standing)
    {
        ArgumentNullException.ThrowIfNull(standing);
        if (standing.Measured.Coverage <= 0) return None;
        return Rounding.ForBounds(standing.CertainCoverage) switch
        {
            >= HighCoverage => High,
            >= MediumCoverage => Medium,
            _ => Low,
        };
    }
}
