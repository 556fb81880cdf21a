namespace HealthApi.Core.Explaining;

/// <summary>
/// A process as a Markov chain on the cells of a grid. It gives the distribution of a score day by day (Chapman–Kolmogorov equation). If
/// the states beyond a bound are removed each day, it gives the probability that the score has not passed the bound on any day so far (an
/// absorbing chain: Kemeny and Snell, "Finite Markov Chains", ch. III). Apart from the width of the cells, that probability is exact for
/// the process.
/// </summary>
internal sealed class ScoreChain
{
    private readonly ScoreGrid _grid;
    private readonly ScoreProcess _process;
    private readonly (int First, double[] Shares)[] _rows;

    public ScoreChain(ScoreGrid grid, ScoreProcess process)
    {
        (_grid, _process) = (grid, process);
        // Moving the probability of a cell to its middle adds about width²/12 to the variance every day (Sheppard's correction). The
        // variance of the error is reduced by as much, but at most by half.
        var variance = process.Deviation * process.Deviation;
        _rows = [.. Enumerable.Range(0, grid.Count).Select(
            state => From(grid.Value(state), Math.Sqrt(Math.Max(variance - (grid.Width(state) * grid.Width(state) / 12), variance / 2))))];
    }

    /// <summary>The distribution one day after a known score.</summary>
    public double[] After(double score)
    {
        var next = new double[_grid.Count];
        Add(From(score, _process.Deviation), 1, next);
        return next;
    }

    /// <summary>The distribution one day later.</summary>
    public double[] Next(double[] shares)
    {
        var next = new double[_grid.Count];
        for (var state = 0; state < shares.Length; state++)
            if (shares[state] > 0) Add(_rows[state], shares[state], next);
        return next;
    }

    private static void Add((int First, double[] Shares) row, double weight, double[] sums)
    {
        for (var index = 0; index < row.Shares.Length; index++) sums[row.First + index] += weight * row.Shares[index];
    }

    private (int First, double[] Shares) From(double score, double deviation) =>
        _grid.Normal(_process.Mean + (_process.Persistence * (score - _process.Mean)), deviation);
}
