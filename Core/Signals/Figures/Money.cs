namespace HealthApi.Core.Signals.Figures;

/// <summary>Brings amounts into a canonical form.</summary>
internal static class Money
{
    private const decimal OneWithMostZeros = 1.0000000000000000000000000000m;

    /// <summary>The value without trailing zeros, so that equal amounts such as 100.00 and 100 have the same form.</summary>
    public static decimal Normalise(decimal value) => value == 0 ? 0 : value / OneWithMostZeros;
}
