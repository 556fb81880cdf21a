namespace HealthApi.Core.Explaining;

/// <summary>
/// Divides the scale 0–100 into cells, so that a distribution of scores is a list of probabilities. Exactly 0 and exactly 100 are states of
/// their own, because scores are cut off there.
/// </summary>
internal sealed class ScoreGrid
{
    private const double Least = 0, Most = 100;

    private readonly double[] _edges;

    /// <param name="width">The width of a cell, in points.</param>
    /// <param name="bounds">Bounds of thresholds. Each becomes an edge, so that every cell lies on one side of it.</param>
    public ScoreGrid(double width, IEnumerable<double> bounds)
    {
        var cells = (int)Math.Ceiling(Most / width);
        var edges = Enumerable.Range(0, cells + 1).Select(cell => Most * cell / cells);
        _edges = [.. edges.Concat(bounds.Where(bound => bound is > Least and < Most)).Distinct().Order()];
    }

    /// <summary>The number of states. Their order is: 0, the cells, 100.</summary>
    public int Count => _edges.Length + 1;

    /// <summary>The score at the middle of a state.</summary>
    public double Value(int state) => state == 0 ? Least : state == _edges.Length ? Most : (_edges[state - 1] + _edges[state]) / 2;

    public double Width(int state) => state == 0 || state == _edges.Length ? 0 : _edges[state] - _edges[state - 1];

    /// <summary>
    /// The probabilities of a normal distribution; probability outside the scale is added to the states 0 and 100. Returns the first state
    /// with a probability, and the probabilities from there on.
    /// </summary>
    public (int First, double[] Shares) Normal(double mean, double deviation)
    {
        const double Reach = 6;
        var first = Math.Max(0, Lower(mean - (Reach * deviation)));
        var last = Math.Min(_edges.Length, Lower(mean + (Reach * deviation)));
        var shares = new double[last - first + 1];
        var below = 0.0;
        for (var state = first; state <= last; state++)
        {
            var upTo = state == last ? 1 : NormalDistribution.Cumulative((_edges[state] - mean) / deviation);
            shares[state - first] = upTo - below;
            below = upTo;
        }

        return (first, shares);
    }

    /// <summary>The score below which the given part (0–1) of a distribution lies.</summary>
    public double Quantile(IReadOnlyList<double> shares, double part)
    {
        var below = 0.0;
        for (var state = 0; state < Count; state++)
        {
            if (below + shares[state] >= part && shares[state] > 0)
                return Value(state) + (Width(state) * (((part - below) / shares[state]) - 0.5));
            below += shares[state];
        }

        return Most;
    }

    public double Mean(IReadOnlyList<double> shares) => Enumerable.Range(0, Count).Sum(state => shares[state] * Value(state));

    /// <summary>The state that contains a value.</summary>
    private int Lower(double value)
    {
        var index = Array.BinarySearch(_edges, value);
        return index >= 0 ? index : ~index;
    }
}
