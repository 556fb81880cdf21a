namespace HealthApi.Core.Signals.Deriving;

/// <summary>The two quotients of domain.md §3. Both are missing if the divisor is not above 0.</summary>
internal static class Ratios
{
    /// <summary>The share of a part in a whole, capped at 1.</summary>
    public static double? Capped(double part, double? whole) => whole > 0 ? Math.Min(1, part / whole.Value) : null;

    /// <summary>
    /// The relative change, <c>now ÷ before − 1</c>. It is computed as (now − before) ÷ before, because whole numbers are subtracted
    /// exactly: a fall from 100 to 70 gives exactly −0.3.
    /// </summary>
    public static double? Change(double now, double before) => before > 0 ? (now - before) / before : null;
}
