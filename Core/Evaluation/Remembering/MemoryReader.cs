using HealthApi.Core.Signals;
using HealthApi.Core.Signals.Figures;

namespace HealthApi.Core.Evaluation.Remembering;

/// <summary>
/// Reads the values that <see cref="MemoryWriter"/> wrote. Throws <see cref="InvalidDataException"/> if they are corrupt.
/// </summary>
internal ref struct MemoryReader
{
    internal const byte MissingValue = 0, NumberValue = 1, FalseValue = 2, TrueValue = 3, WordValue = 4;

    private readonly List<string> _read = [];
    private readonly long _anchor;
    private FigureReader _input;
    private double _last;

    public MemoryReader(ReadOnlySpan<byte> bytes, byte format)
    {
        _input = new FigureReader(bytes);
        if (_input.Byte() is var stored && stored != format)
            throw new InvalidDataException($"The memory has format {stored}; expected {format}.");
        _anchor = ZigZag(_input.Number());
    }

    public readonly bool AtEnd => _input.AtEnd;

    public byte Flags() => _input.Byte();

    public int Count() => _input.Count();

    public long Whole() => ZigZag(_input.Number());

    public double Number()
    {
        var prefix = _input.Number();
        if (prefix == MemoryWriter.SameNumber) return _last;
        return _last = prefix == MemoryWriter.RawNumber ? _input.Double() : ZigZag(prefix - MemoryWriter.WholeNumber);
    }

    public DateTimeOffset Instant()
    {
        var number = _input.Number();
        var unit = (int)(number & ((1 << TimeUnits.Bits) - 1));
        var value = ZigZag(number >> TimeUnits.Bits);
        try
        {
            return Primitives.Instant.FromMicroseconds(checked(_anchor + (value * TimeUnits.Join(1, unit))));
        }
        catch (Exception failure) when (failure is OverflowException or ArgumentOutOfRangeException)
        {
            throw FigureReader.Corrupt();
        }
    }

    public string? Word()
    {
        var prefix = _input.Number();
        if (prefix == MemoryWriter.NoWord) return null;
        if (prefix == MemoryWriter.NewWord)
        {
            var word = _input.Name();
            _read.Add(word);
            return word;
        }

        var position = prefix - MemoryWriter.KnownWord;
        if (position < (ulong)StoredWords.Count) return StoredWords.At((int)position);
        position -= (ulong)StoredWords.Count;
        return position < (ulong)_read.Count ? _read[(int)position] : throw FigureReader.Corrupt();
    }

    /// <summary>A word that is never absent.</summary>
    public string Text() => Word() ?? throw FigureReader.Corrupt();

    public SignalValue Value() => Flags() switch
    {
        MissingValue => SignalValue.Missing,
        NumberValue => SignalValue.Of(Number()),
        FalseValue => SignalValue.Of(false),
        TrueValue => SignalValue.Of(true),
        WordValue => SignalValue.Of(Text()),
        _ => throw FigureReader.Corrupt(),
    };

    private static long ZigZag(ulong number) => (long)(number >> 1) ^ -(long)(number & 1);
}
