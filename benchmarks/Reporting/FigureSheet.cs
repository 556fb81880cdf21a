namespace HealthApi.Benchmarks.Reporting;

/// <summary>Measured values by figure, one per round.</summary>
internal sealed class FigureSheet
{
    private readonly List<(string Figure, string Unit, List<double> Values)> _rows = [];

    /// <summary>The figures in the order in which they were first measured.</summary>
    public IEnumerable<(string Figure, string Unit, IReadOnlyList<double> Values)> Rows =>
        _rows.Select(row => (row.Figure, row.Unit, (IReadOnlyList<double>)row.Values));

    public void Add(string figure, string unit, double value)
    {
        var row = _rows.Find(row => row.Figure == figure);
        if (row.Values is null) _rows.Add(row = (figure, unit, []));
        row.Values.Add(value);
    }

    public IReadOnlyList<double> Values(string figure) => _rows.Find(row => row.Figure == figure).Values ?? [];

    /// <summary>Null where it was not measured.</summary>
    public double? Median(string figure) => Values(figure) is { Count: > 0 } values ? Statistics.Median(values) : null;
}
