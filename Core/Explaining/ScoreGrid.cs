namespace HealthApi.Core.Explaining;

/// <summary>
/// The scale in cells, so that a distribution of scores is a list of probabilities. Exactly 0 and exactly 100 are states of their own,
/// since scores stay there.
/// </summary>
internal sealed class ScoreGrid
{
    private const double Least = 0, Most = 100;

    private readonly double[] _edges;

    /// <param name="width">Of a cell, in points.</param>
    /// <param name="bounds">Each becomes an edge, so that no cell lies on both sides of one.</param>
    public ScoreGrid(double width, IEnumerable<double> bounds)
    {
        var cells = (int)Math.Ceiling(Most / width);
        var edges = Enumerable.Range(0, cells + 1).Select(cell => Most * cell / cells);
        _edges = [.. edges.Concat(bounds.Where(bound => bound is > Least and < Most)).Distinct().Order()];
    }

    /// <summary>How many states there are, in their order: 0, the cells, 100.</summary>
    public int Count => _edges.Length + 1;

    /// <summary>The middle of a state.</summary>
    public double Value(int state) => state == 0 ? Least : state == _edges.Length ? Most : (_edges[state - 1] + _edges[state]) / 2;

    public double Width(int state) => state == 0 || state == _edges.Length ? 0 : _edges[state] - _edges[state - 1];

    /// <summary>
    /// The probabilities of a normal distribution, of which what lies beyond the scale lies at its ends: the first state with any, and
    /// theirs.
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

    /// <summary>The score below which so much of a distribution lies.</summary>
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

    /// <summary>The state in which a value lies.</summary>
    private int Lower(double value)
    {
        var index = Array.BinarySearch(_edges, value);
        return index >= 0 ? index : ~index;
    }
}
