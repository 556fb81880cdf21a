using System.Buffers.Binary;
using System.Text;

namespace HealthApi.Core.Signals.Figures;

/// <summary>Reads the bytes of <see cref="FigureWriter"/>. Throws <see cref="InvalidDataException"/> if they end early.</summary>
internal ref struct FigureReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _position;

    /// <summary>The format of the bytes; set after it was read.</summary>
    public byte Format { get; set; }

    /// <summary>The time of the account's newest event; set after it was read.</summary>
    public long Anchor { get; set; }

    public readonly bool AtEnd => _position == _bytes.Length;

    public byte Byte() => Take(1)[0];

    public ulong Number()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Byte();
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw Corrupt();
    }

    /// <summary>
    /// The number of items that follow. Each takes at least a byte, so the count is limited by the remaining bytes: a corrupt count cannot
    /// cause a large allocation.
    /// </summary>
    public int Count()
    {
        var count = Number();
        return count <= (ulong)(_bytes.Length - _position) ? (int)count : throw Corrupt();
    }

    public long Span()
    {
        var number = Number();
        return TimeUnits.Join(number >> TimeUnits.Bits, (int)(number & ((1 << TimeUnits.Bits) - 1)));
    }

    public long OptionalInstant()
    {
        var number = Number();
        return number == 0
            ? Instants.None
            : Anchor - TimeUnits.Join((number >> TimeUnits.Bits) - 1, (int)(number & ((1 << TimeUnits.Bits) - 1)));
    }

    public long AbsoluteInstant() => Span();

    public Latest<long> Latest()
    {
        var instant = OptionalInstant();
        return instant == Instants.None ? Latest<long>.None : new(instant, Span());
    }

    public string Name() => Encoding.UTF8.GetString(Take(Count()));

    public ReadOnlySpan<byte> Bytes() => Take(Count());

    public UInt128 Wide() => BinaryPrimitives.ReadUInt128LittleEndian(Take(16));

    public double Double() => BinaryPrimitives.ReadDoubleLittleEndian(Take(sizeof(double)));

    public decimal Decimal()
    {
        var flags = (int)Number();
        var low = Number();
        return new decimal([(int)low, (int)(low >> 32), (int)Number(), flags]);
    }

    internal static InvalidDataException Corrupt() => new("The figures are truncated or corrupt.");

    private ReadOnlySpan<byte> Take(int size)
    {
        if (_bytes.Length - _position < size)
        {
            throw Corrupt();
        }

        var taken = _bytes.Slice(_position, size);
        _position += size;
        return taken;
    }
}
