using HealthApi.Core.Evaluation;
using HealthApi.Core.Events;
using HealthApi.Core.Primitives;
using HealthApi.Core.Scoring;
using HealthApi.Core.Signals;

namespace HealthApi.Core.Explaining;

/// <summary>
/// The confidence in a score: the coverage, counting only families of events that have not fallen silent, in four levels.
/// </summary>
public static class Confidence
{
    public const string High = "high", Medium = "medium", Low = "low", None = "none";

    private const double HighCoverage = 0.8, MediumCoverage = 0.5;

    /// <param name="silent">The families of events that have fallen silent (<see cref="SourceRhythm"/>).</param>
    public static string Of(AccountStanding standing, IReadOnlySet<EventFamily> silent)
    {
        ArgumentNullException.ThrowIfNull(standing);
        ArgumentNullException.ThrowIfNull(silent);
        if (standing.Measured.Coverage <= 0) return None;
        var fresh = standing.Signals.Where(signal => signal.Family() is not { } family || !silent.Contains(family));
        return Rounding.ForBounds(HealthScorer.Score(standing.Judgement.Model, fresh, explain: false).Coverage) switch
        {
            >= HighCoverage => High,
            >= MediumCoverage => Medium,
            _ => Low,
        };
    }
}
