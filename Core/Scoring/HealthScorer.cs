using System.Collections.Immutable;
using HealthApi.Core.Signals;

namespace HealthApi.Core.Scoring;

/// <summary>
/// Scores an account's health by a model (domain.md §4). A component is the weighted mean or the minimum of its measures that have data or
/// neutral points; a component without any is left out. The score is Σ weight·component ÷ Σ weight over the remaining components. Coverage
/// is Σ weight × (share of the component's measure weight with data) ÷ Σ of all weights; if it is 0 there is no score.
/// </summary>
public static class HealthScorer
{
    private const int LargestOnStack = 256;

    /// <summary>Scores the signals. Without <paramref name="explain"/> the result has no components and is otherwise the same.</summary>
    public static HealthScore Score(HealthModel model, SignalSet signals, bool explain = true)
    {
        var measures = 0;
        foreach (var component in model.Components)
        {
            measures += component.Measures.Length;
        }

        var points = measures <= LargestOnStack ? stackalloc double[measures] : new double[measures];
        var scores = model.Components.Length <= LargestOnStack ? stackalloc double[model.Components.Length]
            : new double[model.Components.Length];
        var weights = Weigh(model, signals, points, scores);
        var coverage = weights.Total > 0 ? Math.Min(weights.WithData / weights.Total, 1) : 0;
        double? score = coverage > 0 ? Sum(model, scores, weights.LeftIn) : null;
        var components = explain ? Explain(model, signals, points, scores, weights, score is not null) : [];
        return new HealthScore(score, model.CategoryOf(score), coverage, components);
    }

    private static Weights Weigh(HealthModel model, SignalSet signals, Span<double> points, Span<double> scores)
    {
        double total = 0, leftIn = 0, withData = 0;
        for (int i = 0, at = 0; i < model.Components.Length; i++)
        {
            var component = model.Components[i];
            scores[i] = ComponentScorer.Score(component, model.Missing, signals, points[at..], out var share);
            at += component.Measures.Length;
            total += component.Weight;
            withData += component.Weight * share;
            leftIn += double.IsNaN(scores[i]) ? 0 : component.Weight;
        }

        return new Weights(total, leftIn, withData);
    }

    /// <summary>The score is computed as the sum of the contributions, so that they add up to it exactly.</summary>
    private static double Sum(HealthModel model, ReadOnlySpan<double> scores, double leftIn)
    {
        double sum = 0;
        for (var i = 0; i < scores.Length; i++)
        {
            sum += Contribution(model.Components[i], scores[i], leftIn);
        }

        return Math.Clamp(sum, 0, 100);
    }

    private static double Contribution(HealthComponent component, double score, double leftIn)
        => double.IsNaN(score) ? 0 : component.Weight * score / leftIn;

    private static ComponentScore[] Explain(
        HealthModel model, SignalSet signals, ReadOnlySpan<double> points, ReadOnlySpan<double> scores, Weights weights, bool scored)
    {
        var explained = new ComponentScore[model.Components.Length];
        for (int i = 0, at = 0; i < explained.Length; i++)
        {
            var component = model.Components[i];
            var contribution = scored ? Contribution(component, scores[i], weights.LeftIn) : 0;
            var measures = Explain(component.Measures, signals, points[at..]);
            at += measures.Length;
            double? score = double.IsNaN(scores[i]) ? null : scores[i];
            explained[i] = new ComponentScore(component.Id, component.Weight / weights.Total, score, contribution, measures);
        }

        return explained;
    }

    private static MeasureScore[] Explain(ImmutableArray<HealthMeasure> measures, SignalSet signals, ReadOnlySpan<double> points)
    {
        var explained = new MeasureScore[measures.Length];
        for (var i = 0; i < explained.Length; i++)
        {
            var signal = measures[i].Signal;
            explained[i] = new MeasureScore(signal, signals[signal], double.IsNaN(points[i]) ? null : points[i]);
        }

        return explained;
    }

    /// <summary>Sums of component weights: of all components, of those that are not left out, and of the share that has data.</summary>
    private readonly record struct Weights(double Total, double LeftIn, double WithData);
}
