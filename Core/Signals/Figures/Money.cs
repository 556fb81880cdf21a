namespace HealthApi.Core.Signals.Figures;

/// <summary>Decimals in their one canonical form.</summary>
internal static class Money
{
    private const decimal OneWithMostZeros = 1.0000000000000000000000000000m;

    /// <summary>The same value without trailing zeros: 100.00 and 100 are one amount and get one form.</summary>
    public static decimal Normalise(decimal value) => value == 0 ? 0 : value / OneWithMostZeros;
}
