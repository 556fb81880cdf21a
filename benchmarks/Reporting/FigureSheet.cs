namespace HealthApi.Benchmarks.Reporting;

/// <summary>A figure's values, one per round, and beside them what an event took of a processor, where that was measured.</summary>
internal sealed record FigureRow(string Figure, string Unit)
{
    public List<double> Values { get; } = [];

    public List<double> Microseconds { get; } = [];
}

/// <summary>What was measured.</summary>
internal sealed class FigureSheet
{
    private readonly List<FigureRow> _rows = [];

    /// <summary>The figures in the order in which they were first measured.</summary>
    public IReadOnlyList<FigureRow> Rows => _rows;

    public void Add(string figure, string unit, double value) => Row(figure, unit).Values.Add(value);

    /// <summary>Events a second, and what each took of a processor: the latter tells builds apart on a busy machine too.</summary>
    public void AddRate(string figure, double perSecond, TimeSpan processorTime, long events)
    {
        Add(figure, "events/s", perSecond);
        Row(figure, "events/s").Microseconds.Add(processorTime.TotalMicroseconds / events);
    }

    public IReadOnlyList<double> Values(string figure) => _rows.Find(row => row.Figure == figure)?.Values ?? [];

    /// <summary>Null where it was not measured.</summary>
    public double? Median(string figure) => Values(figure) is { Count: > 0 } values ? Statistics.Median(values) : null;

    private FigureRow Row(string figure, string unit)
    {
        if (_rows.Find(row => row.Figure == figure) is { } known) return known;
        _rows.Add(new FigureRow(figure, unit));
        return _rows[^1];
    }
}
