namespace HealthApi.Core.Explaining;

/// <summary>
/// A model of how a score moves from day to day: tomorrow = mean + persistence × (today − mean) + a normal error with the given standard
/// deviation, kept within 0 to 100 (an autoregressive process of order 1). With a persistence of 1 it is a random walk without drift; below
/// 1 it returns to its mean.
/// </summary>
/// <param name="Weight">The probability that the score follows this process; the weights of a fit sum to 1.</param>
internal sealed record ScoreProcess(double Weight, double Persistence, double Mean, double Deviation)
{
    /// <summary>The persistences that are tried, each with its prior probability.</summary>
    private static readonly (double Persistence, double Prior)[] Kinds =
        [(0, 0.05), (0.5, 0.05), (0.8, 0.1), (0.9, 0.1), (0.95, 0.1), (0.98, 0.1), (0.99, 0.1), (1, 0.4)];

    /// <summary>The prior of the daily error: its size in points, and the number of days of data that the prior is worth.</summary>
    private const double UsualError = 1.75, UsualErrorDays = 4;

    /// <summary>The prior of the mean: its value, and the number of values that the prior is worth at most (almost none).</summary>
    private const double UsualMean = 70, UsualMeanValues = 0.01;

    /// <summary>
    /// The prior standard deviation of the daily pull towards the mean, in standard deviations of the error. The greater the persistence,
    /// the farther away the mean may lie, even outside of the scale; such a pull is a trend.
    /// </summary>
    private const double UsualPull = 0.3;

    /// <summary>The pull of a random walk in the formulas, which must not be 0. The mean of a random walk has no effect.</summary>
    private const double LeastPull = 0.01;

    /// <summary>Processes with a smaller share are dropped, because they do not change a displayed value.</summary>
    private const double LeastWeight = 0.001;

    /// <summary>
    /// The three points of Gauss–Hermite quadrature. They replace the normal distribution of the mean and have the same mean, variance and
    /// kurtosis.
    /// </summary>
    private static readonly (double Deviations, double Weight)[] Means =
        [(-Math.Sqrt(3), 1 / 6.0), (0, 2 / 3.0), (Math.Sqrt(3), 1 / 6.0)];

    /// <summary>
    /// The processes that may have produced a series, each with its probability. For each persistence, mean and error variance have a
    /// normal-inverse-gamma prior, so the posterior and the evidence have a closed form (Gelman et al., "Bayesian Data Analysis", 3rd ed.,
    /// §3.3 and §7.4). The first value is taken as given. The priors dominate for a short series and have little effect on a long one.
    /// </summary>
    /// <param name="series">At least one value, equally spaced, oldest first.</param>
    public static IReadOnlyList<ScoreProcess> Fit(IReadOnlyList<double> series)
    {
        var fits = Kinds.Select(kind => Fit(series, kind.Persistence, kind.Prior)).ToList();
        var most = fits.Max(fit => fit.Evidence);
        var all = fits.SelectMany(fit => Spread(fit, Math.Exp(fit.Evidence - most))).ToList();
        var total = all.Sum(process => process.Weight);
        var kept = all.Where(process => process.Weight > LeastWeight * total).ToList();
        var sum = kept.Sum(process => process.Weight);
        return [.. kept.Select(process => process with { Weight = process.Weight / sum })];
    }

    private static Estimate Fit(IReadOnlyList<double> series, double persistence, double prior)
    {
        var pull = 1 - persistence;
        var moves = Enumerable.Range(1, series.Count - 1).Select(day => series[day] - (persistence * series[day - 1])).ToList();
        var usual = Math.Min(UsualMeanValues, Math.Max(pull * pull, LeastPull * LeastPull) / (UsualPull * UsualPull));
        var information = usual + (moves.Count * pull * pull);
        var mean = ((usual * UsualMean) + (pull * moves.Sum())) / information;
        var squares = (UsualError * UsualError * UsualErrorDays) + (usual * Square(UsualMean - mean))
            + moves.Sum(move => Square(move - (pull * mean)));
        var values = UsualErrorDays + moves.Count;
        var evidence = Math.Log(prior) - (0.5 * Math.Log(information / usual)) - (values / 2 * Math.Log(squares));
        return new Estimate(persistence, mean, Math.Sqrt(squares / values), Math.Sqrt(squares / values / information), evidence);
    }

    private static IEnumerable<ScoreProcess> Spread(Estimate fit, double weight) => fit.Persistence == 1
        ? [new ScoreProcess(weight, 1, fit.Mean, fit.Deviation)]
        : Means.Select(point => new ScoreProcess(
            weight * point.Weight, fit.Persistence, fit.Mean + (point.Deviations * fit.MeanDeviation), fit.Deviation));

    private static double Square(double x) => x * x;

    private sealed record Estimate(double Persistence, double Mean, double Deviation, double MeanDeviation, double Evidence);
}
