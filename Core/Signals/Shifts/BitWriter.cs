using System.Numerics;

namespace HealthApi.Core.Signals.Shifts;

/// <summary>Writes numbers of a few bits each into bytes, the lowest bit first.</summary>
internal sealed class BitWriter
{
    /// <summary>The longest quotient of a Rice code. A larger number is written in another form after that many ones.</summary>
    internal const int LongestQuotient = 16;

    private readonly List<byte> _bytes = [];
    private int _used = 8;

    public void Bit(bool bit)
    {
        if (_used == 8)
        {
            _bytes.Add(0);
            _used = 0;
        }

        if (bit) _bytes[^1] |= (byte)(1 << _used);
        _used++;
    }

    public void Bits(ulong value, int count)
    {
        for (var bit = 0; bit < count; bit++) Bit((value >> bit & 1) != 0);
    }

    /// <summary>A Rice code: the quotient by 2^<paramref name="order"/> as ones and a zero, then the rest.</summary>
    public void Rice(ulong value, int order)
    {
        var quotient = value >> order;
        for (var one = 0UL; one < Math.Min(quotient, LongestQuotient); one++) Bit(true);
        if (quotient >= LongestQuotient)
        {
            Large(value);
            return;
        }

        Bit(false);
        Bits(value, order);
    }

    /// <summary>The length in six bits, then the value.</summary>
    public void Large(ulong value)
    {
        var length = 64 - BitOperations.LeadingZeroCount(value | 1);
        Bits((ulong)length - 1, 6);
        Bits(value, length);
    }

    public byte[] ToArray() => [.. _bytes];
}
