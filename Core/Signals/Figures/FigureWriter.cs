using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace HealthApi.Core.Signals.Figures;

/// <summary>
/// Writes the compact binary form of figures: variable-length numbers, and times as the distance to an anchor (the account's newest event)
/// in the largest exact unit. Each value has only one form, so equal figures give equal bytes.
/// </summary>
internal ref struct FigureWriter(long anchor)
{
    private const int LongestNumber = 10;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(2048);
    private int _length;

    /// <summary>The account's newest event; no event time is later.</summary>
    public readonly long Anchor => anchor;

    public void Byte(byte value) => Reserve(1)[0] = value;

    public void Number(ulong value)
    {
        var target = Reserve(LongestNumber, commit: 0);
        var used = 0;
        while (value >= 0x80)
        {
            target[used++] = (byte)(value | 0x80);
            value >>= 7;
        }

        target[used++] = (byte)value;
        _length += used;
    }

    public void Count(int count) => Number((ulong)count);

    /// <summary>A length of time, at least 0.</summary>
    public void Span(long microseconds)
    {
        var (value, unit) = TimeUnits.Split(microseconds);
        Number(((ulong)value << TimeUnits.Bits) | (uint)unit);
    }

    /// <summary>The instant of an event, written as its distance to the anchor plus one; 0 for none.</summary>
    public void OptionalInstant(long instant)
    {
        if (instant == Instants.None)
        {
            Number(0);
            return;
        }

        var (value, unit) = TimeUnits.Split(Anchor - instant);
        Number((((ulong)value + 1) << TimeUnits.Bits) | (uint)unit);
    }

    /// <summary>An instant that may be later than the anchor, such as a due date.</summary>
    public void AbsoluteInstant(long instant) => Span(instant);

    /// <summary>A statement whose value is at least 0.</summary>
    public void Latest(Latest<long> latest)
    {
        OptionalInstant(latest.Instant);
        if (latest.Known)
        {
            Span(latest.Value);
        }
    }

    public void Name(string name)
    {
        var bytes = Encoding.UTF8.GetByteCount(name);
        Count(bytes);
        Encoding.UTF8.GetBytes(name, Reserve(bytes));
    }

    /// <summary>A number of bytes, after their count.</summary>
    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        Count(bytes.Length);
        bytes.CopyTo(Reserve(bytes.Length));
    }

    public void Wide(UInt128 value) => BinaryPrimitives.WriteUInt128LittleEndian(Reserve(16), value);

    public void Double(double value) => BinaryPrimitives.WriteDoubleLittleEndian(Reserve(sizeof(double)), value);

    /// <summary>A decimal without trailing zeros (see <see cref="Money.Normalise"/>).</summary>
    public void Decimal(decimal value)
    {
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(value, bits);
        Number((uint)bits[3]);
        Number((uint)bits[0] | ((ulong)(uint)bits[1] << 32));
        Number((uint)bits[2]);
    }

    /// <summary>Returns the bytes. The writer cannot be used afterwards.</summary>
    public byte[] Finish()
    {
        var bytes = _buffer.AsSpan(0, _length).ToArray();
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        return bytes;
    }

    private Span<byte> Reserve(int size) => Reserve(size, size);

    private Span<byte> Reserve(int size, int commit)
    {
        if (_buffer.Length - _length < size)
        {
            Grow(size);
        }

        var target = _buffer.AsSpan(_length, size);
        _length += commit;
        return target;
    }

    private void Grow(int size)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_buffer.Length * 2, _length + size));
        _buffer.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
