using System.Buffers;
using System.IO.Compression;
using HealthApi.Api.Problems;

namespace HealthApi.Api.Http;

/// <summary>A request body in a pooled buffer, decompressed, without a byte order mark. Dispose it to give the buffer back.</summary>
internal sealed class RequestBody : IDisposable
{
    private byte[] _buffer;
    private int _start;
    private int _end;

    private RequestBody(int capacity) => _buffer = ArrayPool<byte>.Shared.Rent(capacity);

    public ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(_start, _end - _start);

    /// <summary>Reads the whole body; at most <paramref name="limit"/> bytes after decompression.</summary>
    public static async ValueTask<Outcome<RequestBody>> ReadAsync(HttpRequest request, int limit)
    {
        if (MediaTypes.Encoding(request).Failed(out var problem, out var encoding)) return problem;
        if (request.ContentLength > limit) return TooLarge(limit);
        var capacity = (int)Math.Min(request.ContentLength ?? 4096, limit) + 1;
        var body = new RequestBody(encoding.Length == 0 ? capacity : capacity * 4);
        try
        {
            var failure = await body.FillAsync(Decompress(request.Body, encoding), limit, request.HttpContext.RequestAborted);
            if (failure is null) return body;
            body.Dispose();
            return failure;
        }
        catch (Exception failure) when (failure is InvalidDataException or IOException && encoding.Length > 0 && failure is not BadHttpRequestException)
        {
            body.Dispose();
            return new Problem(ProblemType.InvalidEncoding, "The compressed body is damaged or incomplete.");
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    /// <summary>The decompressed body as it comes in, without a limit; damage shows as <see cref="InvalidDataException"/> while it is read.</summary>
    public static Outcome<Stream> Open(HttpRequest request) =>
        MediaTypes.Encoding(request).Failed(out var problem, out var encoding) ? problem : Decompress(request.Body, encoding);

    public void Dispose()
    {
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        (_buffer, _start, _end) = ([], 0, 0);
    }

    private static Problem TooLarge(int limit) => new(ProblemType.TooLarge, $"A body may have at most {limit:N0} bytes after decompression.");

    private static Stream Decompress(Stream body, string encoding) => encoding switch
    {
        "gzip" => new GZipStream(body, CompressionMode.Decompress, leaveOpen: true),
        "br" => new BrotliBody(body),
        _ => body,
    };

    private async ValueTask<Problem?> FillAsync(Stream stream, int limit, CancellationToken cancellation)
    {
        while (true)
        {
            if (_end == _buffer.Length) Grow();
            var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellation);
            if (read == 0) break;
            _end += read;
            if (_end > limit) return TooLarge(limit);
        }

        if (_buffer.AsSpan(0, _end).StartsWith("\uFEFF"u8)) _start = 3;
        return null;
    }

    private void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
        _buffer.AsSpan(0, _end).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
