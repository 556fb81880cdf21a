namespace HealthApi.Core.Explaining;

/// <summary>
/// A way in which a score may move from day to day: tomorrow = mean + persistence × (today − mean) + an error of the given standard
/// deviation, kept within 0 to 100. With a persistence of 1 it is a walk that goes nowhere in particular; below, it returns to its mean.
/// </summary>
/// <param name="Weight">How probable it is that the score moves so; those of a fit sum to 1.</param>
internal sealed record ScoreProcess(double Weight, double Persistence, double Mean, double Deviation)
{
    /// <summary>Persistences that are looked at, and how probable each is before anything is seen.</summary>
    private static readonly (double Persistence, double Prior)[] Kinds =
        [(0, 0.05), (0.5, 0.05), (0.8, 0.1), (0.9, 0.1), (0.95, 0.1), (0.98, 0.1), (0.99, 0.1), (1, 0.4)];

    /// <summary>What is believed of a day's error before anything is seen: so many points, with the weight of so many days.</summary>
    private const double UsualError = 1.75, UsualErrorDays = 4;

    /// <summary>Where means are expected before anything is seen, with the weight of so many values at most: next to none.</summary>
    private const double UsualMean = 70, UsualMeanValues = 0.01;

    /// <summary>
    /// How far the mean may pull a day, in deviations of the error: the more persistent, the further away it may lie, beyond the scale too.
    /// Such a pull is a trend.
    /// </summary>
    private const double UsualPull = 0.3;

    /// <summary>Of a walk, so that its formulas have a value; its mean means nothing.</summary>
    private const double LeastPull = 0.01;

    /// <summary>Less probable ones change nothing that is shown.</summary>
    private const double LeastWeight = 0.001;

    /// <summary>
    /// Gauss and Hermite's three points: they stand for all that the mean may be, and have its mean, variance and kurtosis.
    /// </summary>
    private static readonly (double Deviations, double Weight)[] Means =
        [(-Math.Sqrt(3), 1 / 6.0), (0, 2 / 3.0), (Math.Sqrt(3), 1 / 6.0)];

    /// <summary>
    /// The processes that may have made a series, each with its probability. For each persistence the mean and the error's variance have a
    /// normal-inverse-gamma prior, so that what follows of them and the evidence have a closed form (Gelman et al., "Bayesian Data
    /// Analysis", 3rd ed., §3.3 and §7.4); the first value is taken as given. A short past is so held against what is usual, and a long one
    /// speaks for itself.
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
