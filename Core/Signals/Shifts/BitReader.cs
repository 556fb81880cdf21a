using HealthApi.Core.Signals.Figures;

namespace HealthApi.Core.Signals.Shifts;

/// <summary>Reads what <see cref="BitWriter"/> wrote. Throws <see cref="InvalidDataException"/> if it ends early.</summary>
internal ref struct BitReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _position;

    /// <summary>Whether all bytes were begun and only padding is left.</summary>
    public readonly bool AtEnd => (_position + 7) / 8 == _bytes.Length;

    public bool Bit()
    {
        if (_position >= _bytes.Length * 8) throw FigureReader.Corrupt();
        var bit = (_bytes[_position >> 3] >> (_position & 7) & 1) != 0;
        _position++;
        return bit;
    }

    public ulong Bits(int count)
    {
        var value = 0UL;
        for (var bit = 0; bit < count; bit++) value |= Bit() ? 1UL << bit : 0;
        return value;
    }

    public ulong Rice(int order)
    {
        var quotient = 0UL;
        while (quotient < BitWriter.LongestQuotient && Bit()) quotient++;
        return quotient == BitWriter.LongestQuotient ? Large() : (quotient << order) | Bits(order);
    }

    public ulong Large() => Bits((int)Bits(6) + 1);
}
