using System.Buffers;
using System.IO.Compression;

namespace HealthApi.Api.Bodies;

/// <summary>
/// Decompresses a brotli body. A damaged stream, and bytes after its end, throw <see cref="InvalidDataException"/>, as in <see
/// cref="GzipBody"/>. The framework's stream throws another exception for damage and ignores the bytes that follow.
/// </summary>
internal sealed class BrotliBody(Stream compressed) : BodyStream
{
    private const int BufferBytes = 16 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
    private BrotliDecoder _decoder;
    private int _start;
    private int _end;
    private bool _done;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!_done && buffer.Length > 0)
        {
            if (TryDecompress(buffer, out var written)) return written;
            if (_done) break;
            _end = await compressed.ReadAsync(_buffer, cancellationToken);
            if (_end == 0) throw new InvalidDataException("The brotli stream is incomplete.");
        }

        if (buffer.Length > 0 && (_start < _end || await compressed.ReadAsync(_buffer.AsMemory(0, 1), cancellationToken) > 0))
            throw new InvalidDataException("Bytes follow the brotli stream.");
        return 0;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && _buffer.Length > 0)
        {
            _decoder.Dispose();
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
        }

        base.Dispose(disposing);
    }

    /// <summary>False if more input is needed; the buffered input is used up then.</summary>
    private bool TryDecompress(Memory<byte> target, out int written)
    {
        var status = _decoder.Decompress(_buffer.AsSpan(_start, _end - _start), target.Span, out var consumed, out written);
        if (status == OperationStatus.InvalidData) throw new InvalidDataException("The brotli stream is damaged.");
        _start += consumed;
        _done = status == OperationStatus.Done;
        if (written > 0) return true;
        if (!_done) (_start, _end) = (0, 0);
        return false;
    }
}
