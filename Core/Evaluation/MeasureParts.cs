using HealthApi.Core.Scoring;
using HealthApi.Core.Signals;

namespace HealthApi.Core.Evaluation;

/// <summary>The part that each measure of the old model has in a change of the score.</summary>
internal static class MeasureParts
{
    public static IEnumerable<RawPart> Of(ScoreBasis before, SignalSet withoutNews, ScoreBasis after)
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
                component.Id, measure.Signal, Cause(measure, was, withoutNews[measure.Signal], now), change,
                Detail(measure.Signal, was, now));
        }
    }

    /// <summary>The change of the score at each measure when the measures are replaced one by one in the given order.</summary>
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

    /// <summary>
    /// The cause is time if time moved the points in the direction of the whole change, and either new data moved them in the other
    /// direction or time moved them at least as far.
    /// </summary>
    private static ChangeCause Cause(HealthMeasure measure, SignalValue was, SignalValue withoutNews, SignalValue now)
    {
        if (now.IsMissing) return ChangeCause.Missing;
        if (was.IsMissing || withoutNews.IsMissing) return ChangeCause.NewData;
        var (start, middle, end) = (measure.Normaliser.Points(was), measure.Normaliser.Points(withoutNews), measure.Normaliser.Points(now));
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
