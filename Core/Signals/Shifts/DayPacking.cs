using System.Numerics;
using HealthApi.Core.Signals.Figures;

namespace HealthApi.Core.Signals.Shifts;

/// <summary>
/// The packed form of the totals of consecutive days: about eight bits for a day of forty events. Equal days give equal bytes.
/// </summary>
internal static class DayPacking
{
    private const ulong Unit = 1_000_000, Cent = 10_000;
    private const int OrderBits = 6, LongestOrder = 40;

    /// <summary>The unit of a sum that differs from the number of events.</summary>
    private const int InUnits = 0, InCents = 1, InMillionths = 2, Wide = 3;

    /// <summary>Packs days, newest first.</summary>
    /// <param name="days">Ascending, at least one, each with at least one event.</param>
    public static byte[] Pack(IReadOnlyList<DayTotals> days)
    {
        var bits = new BitWriter();
        var length = days[^1].Day - days[0].Day + 1;
        var (countOrder, sumOrder) = (Order(days.Sum(day => (long)day.Count), length), SumOrder(days));
        bits.Bits((ulong)countOrder, OrderBits);
        bits.Bits((ulong)sumOrder, OrderBits);
        for (var (index, after) = (days.Count - 1, days[^1].Day + 1); index >= 0; after = days[index--].Day)
        {
            for (var gap = after - days[index].Day - 1; gap > 0; gap--) bits.Rice(0, countOrder);
            bits.Rice((ulong)days[index].Count, countOrder);
            WriteSum(bits, days[index], sumOrder);
        }

        return bits.ToArray();
    }

    /// <param name="last">The day of the newest entry.</param>
    /// <param name="count">The number of days with events.</param>
    /// <exception cref="InvalidDataException">The bytes are truncated or corrupt.</exception>
    public static List<DayTotals> Unpack(ReadOnlySpan<byte> packed, int last, int count)
    {
        var bits = new BitReader(packed);
        var (countOrder, sumOrder) = ((int)bits.Bits(OrderBits), (int)bits.Bits(OrderBits));
        if (countOrder > LongestOrder || sumOrder > LongestOrder) throw FigureReader.Corrupt();
        var days = new List<DayTotals>(count + 1);
        for (var day = last; days.Count < count; day--)
        {
            var events = bits.Rice(countOrder);
            if (events > int.MaxValue) throw FigureReader.Corrupt();
            if (events > 0) days.Add(new DayTotals(day, ReadSum(ref bits, events, sumOrder), (int)events));
        }

        if (!bits.AtEnd) throw FigureReader.Corrupt();
        days.Reverse();
        return days;
    }

    private static void WriteSum(BitWriter bits, DayTotals day, int order)
    {
        var differs = day.Millionths != (UInt128)(uint)day.Count * Unit;
        bits.Bit(differs);
        if (!differs) return;
        if (day.Millionths > ulong.MaxValue)
        {
            bits.Bits(Wide, 2);
            bits.Bits((ulong)day.Millionths, 64);
            bits.Bits((ulong)(day.Millionths >> 64), 64);
            return;
        }

        var sum = (ulong)day.Millionths;
        var unit = sum % Unit == 0 ? InUnits : sum % Cent == 0 ? InCents : InMillionths;
        bits.Bits((ulong)unit, 2);
        if (unit == InUnits) bits.Rice(sum / Unit, order);
        else bits.Large(unit == InCents ? sum / Cent : sum);
    }

    private static UInt128 ReadSum(ref BitReader bits, ulong events, int order)
    {
        if (!bits.Bit()) return (UInt128)events * Unit;
        return bits.Bits(2) switch
        {
            InUnits => (UInt128)bits.Rice(order) * Unit,
            InCents => (UInt128)bits.Large() * Cent,
            InMillionths => bits.Large(),
            _ => bits.Bits(64) | ((UInt128)bits.Bits(64) << 64),
        };
    }

    /// <summary>The order of a Rice code that is short for numbers with this mean.</summary>
    private static int Order(long total, long numbers) => BitOperations.Log2((ulong)Math.Max(1, total * 7 / (numbers * 10)));

    private static int SumOrder(IReadOnlyList<DayTotals> days)
    {
        var (total, numbers) = (0L, 0);
        foreach (var day in days)
        {
            if (day.Millionths % Unit != 0 || day.Millionths / Unit > 1L << 40) continue;
            total += (long)(ulong)(day.Millionths / Unit);
            numbers++;
        }

        return numbers == 0 ? 0 : Order(total, numbers);
    }
}
