using HealthApi.Core.Signals;

namespace HealthApi.Core.Scoring;

/// <summary>
/// The points of every measure of a model, which can be changed one by one to compute "what if" scores. It computes the score as
/// <see cref="HealthScorer"/> does (domain.md §4); a property test compares the two.
/// </summary>
internal sealed class ScoreSheet
{
    private readonly double[] _points;
    private readonly bool[] _hasData;

    public ScoreSheet(HealthModel model, SignalSet signals)
    {
        Model = model;
        Measures = [
            .. model.Components.SelectMany(
                (component, index) => component.Measures.Select(measure => new SheetMeasure(index, component, measure)))];
        _points = new double[Measures.Count];
        _hasData = new bool[Measures.Count];
        for (var index = 0; index < Measures.Count; index++) Set(index, signals[Measures[index].Measure.Signal]);
    }

    private ScoreSheet(ScoreSheet other)
    {
        (Model, Measures) = (other.Model, other.Measures);
        (_points, _hasData) = ([.. other._points], [.. other._hasData]);
    }

    public HealthModel Model { get; }

    /// <summary>All measures, component by component.</summary>
    public IReadOnlyList<SheetMeasure> Measures { get; }

    /// <summary>The measure's points; NaN if it is left out.</summary>
    public double PointsOf(int measure) => _points[measure];

    public bool HasData(int measure) => _hasData[measure];

    public ScoreSheet Copy() => new(this);

    /// <summary>Sets the value of a measure.</summary>
    public void Set(int measure, SignalValue value)
    {
        _points[measure] = Measures[measure].Measure.Points(value, Model.Missing);
        _hasData[measure] = !value.IsMissing;
    }

    /// <summary>The score, 0–100; null while no measure has data.</summary>
    public double? Score()
    {
        if (!_hasData.Contains(true)) return null;
        double sum = 0, weights = 0;
        for (int index = 0, at = 0; index < Model.Components.Length; at += Model.Components[index++].Measures.Length)
        {
            var component = Model.Components[index];
            if (ComponentScore(component, at) is not { } score) continue;
            sum += component.Weight * score;
            weights += component.Weight;
        }

        return weights > 0 ? Math.Clamp(sum / weights, 0, 100) : null;
    }

    private double? ComponentScore(HealthComponent component, int first)
    {
        double sum = 0, weights = 0, lowest = double.PositiveInfinity;
        for (var index = 0; index < component.Measures.Length; index++)
        {
            if (_points[first + index] is not (var points and not double.NaN)) continue;
            sum += component.Measures[index].Weight * points;
            weights += component.Measures[index].Weight;
            lowest = Math.Min(lowest, points);
        }

        return weights == 0 ? null : component.Aggregate == Aggregate.Min ? lowest : sum / weights;
    }
}

/// <summary>A measure, its component and the index of the component.</summary>
internal sealed record SheetMeasure(int Index, HealthComponent Component, HealthMeasure Measure);
