namespace HealthApi.Core.Explaining;

/// <summary>The standard normal distribution.</summary>
internal static class NormalDistribution
{
    /// <summary>90 % of the values lie within this many standard deviations of the mean.</summary>
    public const double Ninety = 1.6448536269514722;

    private static readonly double[] Coefficients = [0.319381530, -0.356563782, 1.781477937, -1.821255978, 1.330274429];

    /// <summary>
    /// The probability of a value of at most x. The error is below 7.5e-8 (Abramowitz and Stegun, Handbook of Mathematical Functions,
    /// 26.2.17).
    /// </summary>
    public static double Cumulative(double x)
    {
        if (x < 0) return 1 - Cumulative(-x);
        var t = 1 / (1 + (0.2316419 * x));
        var polynomial = 0.0;
        for (var index = Coefficients.Length - 1; index >= 0; index--) polynomial = (polynomial + Coefficients[index]) * t;
        return 1 - (Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI) * polynomial);
    }
}
