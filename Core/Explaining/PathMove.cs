using HealthApi.Core.Scoring;
using HealthApi.Core.Signals;

namespace HealthApi.Core.Explaining;

/// <summary>
/// A signal brought to a value, with the measures of the sheet that rest on it and the effort: the points they have to move, a missing one
/// from 0.
/// </summary>
internal sealed record PathMove(Signal Signal, SignalValue Target, IReadOnlyList<int> Measures, double Effort)
{
    public static PathMove Of(ScoreSheet sheet, Signal signal, SignalValue target, IReadOnlyList<int> measures) =>
        new(signal, target, measures,
            measures.Sum(measure => Math.Abs(sheet.Measures[measure].Measure.Normaliser.Points(target) - Now(sheet, measure))));

    public void Apply(ScoreSheet sheet)
    {
        foreach (var measure in Measures) sheet.Set(measure, Target);
    }

    private static double Now(ScoreSheet sheet, int measure) => sheet.HasData(measure) ? sheet.PointsOf(measure) : 0;
}
