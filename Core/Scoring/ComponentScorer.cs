using HealthApi.Core.Signals;

namespace HealthApi.Core.Scoring;

/// <summary>Scores one component. NaN means "no points" here; a nullable would cost a branch and a copy for each measure.</summary>
internal static class ComponentScorer
{
    /// <summary>
    /// The component's score; NaN if no measure has points. Fills <paramref name="points"/> for each measure. <paramref name="share"/> is
    /// the share of the measures' weight that has data.
    /// </summary>
    public static double Score(HealthComponent component, MissingPolicy policy, SignalSet signals, Span<double> points, out double share)
    {
        double total = 0, withData = 0, leftIn = 0, sum = 0, lowest = double.NaN;
        for (var i = 0; i < component.Measures.Length; i++)
        {
            var measure = component.Measures[i];
            var value = signals[measure.Signal];
            var given = measure.Points(value, policy);
            points[i] = given;
            total += measure.Weight;
            withData += value.IsMissing ? 0 : measure.Weight;
            if (!double.IsNaN(given))
            {
                leftIn += measure.Weight;
                sum += measure.Weight * given;
                lowest = given >= lowest ? lowest : given;
            }
        }

        share = withData == total ? 1 : withData / total;
        return component.Aggregate == Aggregate.Min ? lowest : sum / leftIn;
    }
}
