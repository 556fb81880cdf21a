using HealthApi.Core.Scoring;
using HealthApi.Core.Signals;

namespace HealthApi.Core.Explaining;

/// <summary>
/// A change of a signal to a target value, with the measures of the sheet that use the signal. The effort is the number of points by which
/// these measures move; a measure without data counts from 0.
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
