using HealthApi.Core.Primitives;
using HealthApi.Core.Signals;
using HealthApi.Core.Signals.Figures;

namespace HealthApi.Core.Evaluation.Remembering;

/// <summary>
/// Writes the values of a memory. Instants are written as the distance to an anchor, whole numbers in as few bytes as they need, words as
/// positions in <see cref="StoredWords"/> or among the words that were written before.
/// </summary>
internal ref struct MemoryWriter
{
    /// <summary>The prefixes of a number: its eight bytes follow; it equals the number before it; the first whole number.</summary>
    internal const int RawNumber = 0, SameNumber = 1, WholeNumber = 2;

    /// <summary>The prefixes of a word: none; its text follows; the first position.</summary>
    internal const int NoWord = 0, NewWord = 1, KnownWord = 2;

    private const double LargestWhole = 1L << 52;

    private readonly List<string> _written = [];
    private readonly long _anchor;
    private FigureWriter _output;
    private double _last;

    public MemoryWriter(byte format, DateTimeOffset anchor)
    {
        _output = new FigureWriter(0);
        _output.Byte(format);
        _anchor = anchor.ToMicroseconds();
        _output.Number(ZigZag(_anchor));
    }

    public void Flags(byte flags) => _output.Byte(flags);

    public void Count(int count) => _output.Count(count);

    /// <summary>A whole number of either sign.</summary>
    public void Whole(long number) => _output.Number(ZigZag(number));

    public void Number(double number)
    {
        if (BitConverter.DoubleToInt64Bits(number) == BitConverter.DoubleToInt64Bits(_last))
        {
            _output.Number(SameNumber);
            return;
        }

        _last = number;
        if (Math.Abs(number) < LargestWhole && Math.Truncate(number) == number && !IsNegativeZero(number))
        {
            _output.Number(ZigZag((long)number) + WholeNumber);
            return;
        }

        _output.Number(RawNumber);
        _output.Double(number);
    }

    public void Instant(DateTimeOffset instant)
    {
        var distance = instant.ToMicroseconds() - _anchor;
        var (value, unit) = TimeUnits.Split(distance);
        _output.Number((ZigZag(value) << TimeUnits.Bits) | (uint)unit);
    }

    public void Word(string? word)
    {
        if (word is null)
        {
            _output.Number(NoWord);
        }
        else if (StoredWords.TryFind(word, out var position))
        {
            _output.Number((ulong)(KnownWord + position));
        }
        else if (_written.IndexOf(word) is var earlier and >= 0)
        {
            _output.Number((ulong)(KnownWord + StoredWords.Count + earlier));
        }
        else
        {
            _written.Add(word);
            _output.Number(NewWord);
            _output.Name(word);
        }
    }

    public void Value(SignalValue value)
    {
        Flags(value.IsMissing ? MemoryReader.MissingValue : value.Kind switch
        {
            SignalKind.Number => MemoryReader.NumberValue,
            SignalKind.Flag => value.Flag ? MemoryReader.TrueValue : MemoryReader.FalseValue,
            _ => MemoryReader.WordValue,
        });
        if (value.IsMissing) return;
        if (value.Kind == SignalKind.Number) Number(value.Number);
        else if (value.Kind == SignalKind.Word) Word(value.Word);
    }

    public byte[] Finish() => _output.Finish();

    private static bool IsNegativeZero(double number) => number == 0 && double.IsNegative(number);

    private static ulong ZigZag(long number) => (ulong)((number << 1) ^ (number >> 63));
}
