namespace HealthApi.Benchmarks.Reporting;

/// <summary>The values of a figure, one per round, and the processor time of one event in microseconds, where it was measured.</summary>
internal sealed record FigureRow(string Figure, string Unit)
{
    public List<double> Values { get; } = [];

    public List<double> Microseconds { get; } = [];
}

/// <summary>The measured figures.</summary>
internal sealed class FigureSheet
{
    private readonly List<FigureRow> _rows = [];

    /// <summary>The figures in the order in which they were first measured.</summary>
    public IReadOnlyList<FigureRow> Rows => _rows;

    public void Add(string figure, string unit, double value) => Row(figure, unit).Values.Add(value);

    /// <summary>
    /// Adds a rate in events per second, and the processor time of one event, which also allows comparing builds on a busy machine.
    /// </summary>
    public void AddRate(string figure, double perSecond, TimeSpan processorTime, long events)
    {
        Add(figure, "events/s", perSecond);
        Row(figure, "events/s").Microseconds.Add(processorTime.TotalMicroseconds / events);
    }

    public IReadOnlyList<double> Values(string figure) => _rows.Find(row => row.Figure == figure)?.Values ?? [];

    /// <summary>The median; null where the figure was not measured.</summary>
    public double? Median(string figure) => Values(figure) is { Count: > 0 } values ? Statistics.Median(values) : null;

    private FigureRow Row(string figure, string unit)
    {
        if (_rows.Find(row => row.Figure == figure) is { } known) return known;
        _rows.Add(new FigureRow(figure, unit));
        return _rows[^1];
    }
}
