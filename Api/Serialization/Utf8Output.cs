using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace HealthApi.Api.Serialization;

/// <summary>
/// JSON text in pooled segments, for answers whose size is known only at the end. Writing prepared bytes is several times as fast as a <see
/// cref="Utf8JsonWriter"/>, but nothing is checked: the caller is responsible for the syntax. Dispose it to return the buffers.
/// </summary>
internal sealed class Utf8Output : IDisposable
{
    private const int SegmentSize = 64 * 1024;
    private const int LongestNumber = 32;
    private const double LargestExact = 1e15;
    private const double Micro = 1e6;
    private const double LargestFixed = 1e9;

    private static readonly SearchValues<char> Plain = SearchValues.Create(
        " !#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    private readonly List<(byte[] Bytes, int Length)> _full = [];
    private byte[] _current = ArrayPool<byte>.Shared.Rent(SegmentSize);
    private int _used;
    private long _fullLength;

    public long Length => _fullLength + _used;

    public void Raw(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        _used += bytes.Length;
    }

    /// <summary>A finite number, with the fewest digits that read back to the same double.</summary>
    public void Number(double value)
    {
        var target = Reserve(LongestNumber);
        var scaled = Math.Round(value * Micro);
        if (value == Math.Truncate(value) && Math.Abs(value) < LargestExact)
        {
            Utf8Formatter.TryFormat((long)value, target, out var written);
            _used += written;
        }
        else if (Math.Abs(value) < LargestFixed && scaled / Micro == value)
        {
            _used += Fixed((long)scaled, target);
        }
        else
        {
            Utf8Formatter.TryFormat(value, target, out var written);
            _used += written;
        }
    }

    /// <summary>A well-formed string (no half of a surrogate pair) in quotes, escaped where JSON needs it.</summary>
    public void Text(string value)
    {
        var bytes = value.AsSpan().ContainsAnyExcept(Plain)
            ? JsonEncodedText.Encode(value, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes
            : default;
        var length = bytes.IsEmpty ? value.Length : bytes.Length;
        var target = Reserve(length + 2);
        target[0] = target[length + 1] = (byte)'"';
        if (bytes.IsEmpty) Encoding.ASCII.GetBytes(value, target[1..]);
        else bytes.CopyTo(target[1..]);
        _used += length + 2;
    }

    /// <summary>Writes the content to the stream and clears the output.</summary>
    public async ValueTask FlushAsync(Stream target, CancellationToken cancellation)
    {
        foreach (var (bytes, length) in _full) await target.WriteAsync(bytes.AsMemory(0, length), cancellation);
        await target.WriteAsync(_current.AsMemory(0, _used), cancellation);
        Clear();
    }

    /// <summary>A copy of the content.</summary>
    public byte[] ToArray() => [.. _full.SelectMany(segment => segment.Bytes.Take(segment.Length)), .. _current.AsSpan(0, _used)];

    public void Clear()
    {
        foreach (var (bytes, _) in _full) ArrayPool<byte>.Shared.Return(bytes);
        _full.Clear();
        (_used, _fullLength) = (0, 0);
    }

    public void Dispose()
    {
        Clear();
        if (_current.Length > 0) ArrayPool<byte>.Shared.Return(_current);
        _current = [];
    }

    /// <summary>Writes millionths as a decimal without trailing zeros. The value must not be a whole number.</summary>
    private static int Fixed(long millionths, Span<byte> target)
    {
        var at = 0;
        if (millionths < 0) target[at++] = (byte)'-';
        var (whole, fraction) = Math.DivRem((ulong)Math.Abs(millionths), (ulong)Micro);
        Utf8Formatter.TryFormat(whole, target[at..], out var written);
        at += written;
        target[at++] = (byte)'.';
        for (var unit = (ulong)Micro / 10; fraction > 0; unit /= 10)
        {
            var (digit, rest) = Math.DivRem(fraction, unit);
            target[at++] = (byte)('0' + digit);
            fraction = rest;
        }

        return at;
    }

    private Span<byte> Reserve(int size)
    {
        if (_current.Length - _used < size)
        {
            _full.Add((_current, _used));
            _fullLength += _used;
            _current = ArrayPool<byte>.Shared.Rent(Math.Max(SegmentSize, size));
            _used = 0;
        }

        return _current.AsSpan(_used);
    }
}
