using HealthApi.Core.Input;

namespace HealthApi.Core.Imports;

/// <summary>How a mapping rounds a number, after it was scaled.</summary>
/// <param name="Decimals">The number of decimals, 0 to 10.</param>
/// <param name="Mode">
/// Halves are rounded away from zero, unless the mapping says up or down: those round every fraction towards +∞ or −∞.
/// </param>
internal readonly record struct NumberRounding(int Decimals, MidpointRounding Mode)
{
    private const int MostDecimals = 10;

    private static readonly Dictionary<string, MidpointRounding> Whole = new(StringComparer.Ordinal)
    {
        ["nearest"] = MidpointRounding.AwayFromZero,
        ["up"] = MidpointRounding.ToPositiveInfinity,
        ["down"] = MidpointRounding.ToNegativeInfinity,
    };

    /// <summary>
    /// Reads a number of decimals, or <c>nearest</c>, <c>up</c> or <c>down</c> to a whole number; null (and an error) for anything else.
    /// </summary>
    public static NumberRounding? Read(ref DocumentReader document)
    {
        if (document.IsText) return document.Choice(Whole.Keys) is { } mode ? new NumberRounding(0, Whole[mode]) : null;
        return document.Integer(0, MostDecimals) is { } decimals ? new NumberRounding(decimals, MidpointRounding.AwayFromZero) : null;
    }

    public decimal Of(decimal number) => decimal.Round(number, Decimals, Mode);
}
