namespace HealthApi.Core.Signals.Deriving;

/// <summary>The two shapes of quotient in domain.md §3; both are missing where there is nothing to divide by.</summary>
internal static class Ratios
{
    /// <summary>A share of a whole, capped at 1.</summary>
    public static double? Capped(double part, double? whole) => whole > 0 ? Math.Min(1, part / whole.Value) : null;

    /// <summary>
    /// The relative change, <c>now ÷ before − 1</c>, missing when the period before is empty. Written so that whole numbers are
    /// subtracted exactly: a fall from 100 to 70 is −0.3 and not a hair beside it.
    /// </summary>
    public static double? Change(double now, double before) => before > 0 ? (now - before) / before : null;
}
