namespace HealthApi.Core.Explaining;

/// <summary>
/// A level with a trend that fades: exponential smoothing with additive error and damped additive trend, ETS(A,Ad,N), as Hyndman and
/// Athanasopoulos give it in "Forecasting: Principles and Practice", 3rd ed., §8.2 and §8.7. The parameters are those of a grid with the least
/// squared one-step error.
/// </summary>
/// <param name="Level">The newest level, in points.</param>
/// <param name="Trend">Points a step, before damping.</param>
/// <param name="Variance">Of one step's error, in points squared; never 0, since a short or steady past is no promise.</param>
internal sealed record DampedTrend(double Level, double Trend, double Alpha, double Beta, double Damping, double Variance)
{
    private static readonly double[] Alphas = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];
    private static readonly double[] TrendShares = [0, 0.05, 0.1, 0.2, 0.4];
    private static readonly double[] Dampings = [0.8, 0.9, 0.95, 0.98];

    /// <summary>What is believed of an account before anything is seen of it: moves of so many points a day, with the weight of so many days.</summary>
    private const double UsualMove = 1.5, UsualMoveDays = 10;

    /// <param name="series">At least one value, equally spaced, oldest first.</param>
    public static DampedTrend Fit(IReadOnlyList<double> series)
    {
        var best = default(DampedTrend);
        foreach (var alpha in Alphas)
            foreach (var share in TrendShares)
                foreach (var damping in Dampings)
                    if (Run(series, alpha, alpha * share, damping) is var fit && (best is null || fit.Variance < best.Variance))
                        best = fit;
        return best!;
    }

    /// <summary>The expected value a number of steps ahead.</summary>
    public double Mean(int steps) => Level + (Fading(steps) * Trend);

    /// <summary>The standard deviation of the error a number of steps ahead: σ² (1 + Σ (α + β φⱼ)²), j = 1 … h − 1, φⱼ = φ + … + φʲ.</summary>
    public double Deviation(int steps)
    {
        var sum = 1.0;
        for (var step = 1; step < steps; step++) sum += Math.Pow(Alpha + (Beta * Fading(step)), 2);
        return Math.Sqrt(Variance * sum);
    }

    private double Fading(int steps) => Damping * (1 - Math.Pow(Damping, steps)) / (1 - Damping);

    private static DampedTrend Run(IReadOnlyList<double> series, double alpha, double beta, double damping)
    {
        double level = series[0], trend = 0, squares = 0;
        for (var index = 1; index < series.Count; index++)
        {
            var error = series[index] - (level + (damping * trend));
            squares += error * error;
            level += (damping * trend) + (alpha * error);
            trend = (damping * trend) + (beta * error);
        }

        var variance = (squares + (UsualMove * UsualMove * UsualMoveDays)) / (series.Count - 1 + UsualMoveDays);
        return new DampedTrend(level, trend, alpha, beta, damping, variance);
    }
}
