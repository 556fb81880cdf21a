using HealthApi.Core.Scoring;
using HealthApi.Core.Signals;

namespace HealthApi.Core.Evaluation;

/// <summary>What each measure of the old model did to the score.</summary>
internal static class MeasureParts
{
    public static IEnumerable<RawPart> Of(ScoreBasis before, SignalSet unheard, ScoreBasis after)
    {
        var forwards = Steps(before, after, measure => measure);
        var backwards = Steps(before, after, measure => forwards.Length - 1 - measure);
        var sheet = new ScoreSheet(before.Model, before.Signals);
        for (var index = 0; index < forwards.Length; index++)
        {
            var change = (forwards[index] + backwards[index]) / 2;
            if (change == 0) continue;
            var (component, measure) = (sheet.Measures[index].Component, sheet.Measures[index].Measure);
            var (was, now) = (before.Signals[measure.Signal], after.Signals[measure.Signal]);
            yield return new RawPart(
                component.Id, measure.Signal, Cause(measure, was, unheard[measure.Signal], now), change, Detail(measure.Signal, was, now));
        }
    }

    /// <summary>What the score does with each measure as it is replaced, in an order.</summary>
    private static double[] Steps(ScoreBasis before, ScoreBasis after, Func<int, int> order)
    {
        var sheet = new ScoreSheet(before.Model, before.Signals);
        var steps = new double[sheet.Measures.Count];
        var score = sheet.Score() ?? 0;
        for (var turn = 0; turn < steps.Length; turn++)
        {
            var measure = order(turn);
            sheet.Set(measure, after.Signals[sheet.Measures[measure].Measure.Signal]);
            var next = sheet.Score() ?? 0;
            steps[measure] = next - score;
            score = next;
        }

        return steps;
    }

    /// <summary>Time's doing where it moved the points the way they went, and further than news did.</summary>
    private static ChangeCause Cause(HealthMeasure measure, SignalValue was, SignalValue unheard, SignalValue now)
    {
        if (now.IsMissing) return ChangeCause.Missing;
        if (was.IsMissing || unheard.IsMissing) return ChangeCause.NewData;
        var (start, middle, end) = (measure.Normaliser.Points(was), measure.Normaliser.Points(unheard), measure.Normaliser.Points(now));
        var (byTime, byNews, whole) = (middle - start, end - middle, end - start);
        return byTime != 0 && Math.Sign(byTime) == Math.Sign(whole)
            && (Math.Sign(byNews) != Math.Sign(whole) || Math.Abs(byTime) >= Math.Abs(byNews))
            ? ChangeCause.Expired
            : ChangeCause.NewData;
    }

    private static string Detail(Signal signal, SignalValue was, SignalValue now) => (was.IsMissing, now.IsMissing) switch
    {
        (true, false) => $"{signal.Name()} is {now.Shown()}; it was missing",
        (false, true) => $"{signal.Name()} is missing; it was {was.Shown()}",
        _ => $"{signal.Name()} went from {was.Shown()} to {now.Shown()}",
    };
}
