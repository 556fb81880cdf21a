namespace HealthApi.Core.Primitives;

/// <summary>The two roundings of the product: six decimals for comparing with a bound, one decimal for display.</summary>
public static class Rounding
{
    /// <summary>
    /// The value that is compared with a bound. Six decimals, so that a floating-point error cannot move a value across it.
    /// </summary>
    public static double ForBounds(double value) => Math.Round(value, 6, MidpointRounding.AwayFromZero);

    /// <summary>The value for display.</summary>
    public static double ForDisplay(double value) => Math.Round(ForBounds(value), 1, MidpointRounding.AwayFromZero);

    /// <summary>The value for display; null without a value.</summary>
    public static double? ForDisplay(double? value) => value is { } given ? ForDisplay(given) : null;
}
