namespace HealthApi.Core.Signals.Figures;

/// <summary>
/// Usage quantities as whole millionths, so that sums are exact in any order. Quantities have at most six decimals. A quantity above
/// <see cref="Most"/> is capped, so that the sum of all events of an account fits.
/// </summary>
internal static class Quantity
{
    private const decimal Most = 1_000_000_000_000_000_000_000m;
    private const ulong Unit = 1_000_000;
    private const ulong Cent = 10_000;

    private const int UnitBits = 2;
    private const int HeaderBits = 4;
    private const ulong UnitMask = 3;
    private const ulong InUnits = 0;
    private const ulong InCents = 1;
    private const ulong InMillionths = 2;
    private const ulong InWide = 3;

    public static UInt128 Millionths(decimal quantity)
    {
        var held = Math.Clamp(quantity, 0, Most);
        return held <= long.MaxValue / Unit ? (ulong)(held * Unit) : (UInt128)(held * Unit);
    }

    public static double ToDouble(UInt128 millionths) => (double)millionths / Unit;

    /// <summary>
    /// Writes a quantity together with a number from 0 to 3 (<paramref name="note"/>); small whole quantities take one byte.
    /// </summary>
    public static void Write(ref FigureWriter writer, UInt128 millionths, int note)
    {
        var bits = (ulong)note << UnitBits;
        if (millionths > ulong.MaxValue >> HeaderBits)
        {
            writer.Number(bits | InWide);
            writer.Wide(millionths);
            return;
        }

        var small = (ulong)millionths;
        var (value, unit) = small % Unit == 0 ? (small / Unit, InUnits) : small % Cent == 0 ? (small / Cent, InCents)
            : (small, InMillionths);
        writer.Number((value << HeaderBits) | bits | unit);
    }

    public static (UInt128 Millionths, int Note) Read(ref FigureReader reader)
    {
        var number = reader.Number();
        UInt128 millionths = (number & UnitMask) switch
        {
            InUnits => (number >> HeaderBits) * Unit,
            InCents => (number >> HeaderBits) * Cent,
            InMillionths => number >> HeaderBits,
            _ => reader.Wide(),
        };
        return (millionths, (int)((number >> UnitBits) & UnitMask));
    }
}
