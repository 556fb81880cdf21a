using System.Buffers;
using System.IO.Compression;
using System.Numerics;
using HealthApi.Api.Limits;
using HealthApi.Api.Problems;

namespace HealthApi.Api.Http;

/// <summary>A request body in a pooled buffer within the <see cref="BodyBudget"/>, decompressed, without a byte order mark. Dispose it to give the buffer back.</summary>
internal sealed class RequestBody : IDisposable
{
    private const int SmallestBuffer = 4096;

    private readonly BodyBudget _budget;
    private byte[] _buffer = [];
    private int _held;
    private int _start;
    private int _end;

    private RequestBody(BodyBudget budget) => _budget = budget;

    public ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(_start, _end - _start);

    /// <summary>Reads the whole body; at most <paramref name="limit"/> bytes after decompression.</summary>
    public static ValueTask<Outcome<RequestBody>> ReadAsync(HttpRequest request, int limit) =>
        MediaTypes.Encoding(request).Failed(out var problem, out var encoding) ? new(problem) : ReadAsync(request, encoding, limit);

    /// <summary>Reads the whole body as it was sent; at most <paramref name="limit"/> bytes.</summary>
    public static ValueTask<Outcome<RequestBody>> ReadRawAsync(HttpRequest request, int limit) => ReadAsync(request, "", limit);

    /// <summary>The decompressed body as it comes in, without a limit; damage shows as <see cref="InvalidDataException"/> while it is read.</summary>
    public static Outcome<Stream> Open(HttpRequest request) =>
        MediaTypes.Encoding(request).Failed(out var problem, out var encoding) ? problem : Decompress(request.Body, encoding);

    /// <summary>The bytes as a stream; good until the body is disposed of.</summary>
    public MemoryStream ToStream() => new(_buffer, _start, _end - _start, writable: false);

    /// <summary>
    /// Gives the buffer back when what it said has been read, and keeps its place in the budget until the end: what was read from it takes about as
    /// much until it is durable.
    /// </summary>
    public void GiveBack()
    {
        if (_buffer.Length == 0) return;
        ArrayPool<byte>.Shared.Return(_buffer);
        _held += _buffer.Length;
        (_buffer, _start, _end) = ([], 0, 0);
    }

    public void Dispose()
    {
        GiveBack();
        _budget.Return(_held);
        _held = 0;
    }

    private static async ValueTask<Outcome<RequestBody>> ReadAsync(HttpRequest request, string encoding, int limit)
    {
        if (request.ContentLength > limit) return TooLarge(limit);
        var expected = Math.Max(Math.Min((request.ContentLength ?? 0) * (encoding.Length == 0 ? 1 : 4), limit) + 1, SmallestBuffer);
        var body = new RequestBody(request.HttpContext.RequestServices.GetRequiredService<BodyBudget>());
        try
        {
            var failure = body.Grow((int)expected) ?? await body.FillAsync(Decompress(request.Body, encoding), limit, request.HttpContext.RequestAborted);
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
            if (_end == _buffer.Length && Grow(_buffer.Length * 2) is { } full) return full;
            var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellation);
            if (read == 0) break;
            _end += read;
            if (_end > limit) return TooLarge(limit);
        }

        if (_buffer.AsSpan(0, _end).StartsWith("\uFEFF"u8)) _start = 3;
        return null;
    }

    /// <summary>A larger buffer of the pool, whose buffers are powers of two; a 503 where the budget has no room for it.</summary>
    private Problem? Grow(int size)
    {
        size = (int)BitOperations.RoundUpToPowerOf2((uint)size);
        if (!_budget.TryTake(size)) return new Problem(ProblemType.Overloaded, "Too many large bodies are being read.") { RetryAfter = 1 };
        var larger = ArrayPool<byte>.Shared.Rent(size);
        _buffer.AsSpan(0, _end).CopyTo(larger);
        Release(_buffer);
        _buffer = larger;
        return null;
    }

    private void Release(byte[] buffer)
    {
        if (buffer.Length == 0) return;
        ArrayPool<byte>.Shared.Return(buffer);
        _budget.Return(buffer.Length);
    }
}
