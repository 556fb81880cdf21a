namespace HealthApi.Core.Primitives;

/// <summary>The two roundings of the product: six decimals to compare with a bound, one decimal to show.</summary>
public static class Rounding
{
    /// <summary>The value that is compared with a bound: floating-point dust moves nobody.</summary>
    public static double ForBounds(double value) => Math.Round(value, 6, MidpointRounding.AwayFromZero);

    /// <summary>The value that is shown.</summary>
    public static double ForDisplay(double value) => Math.Round(ForBounds(value), 1, MidpointRounding.AwayFromZero);
}
