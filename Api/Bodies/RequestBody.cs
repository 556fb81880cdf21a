using System.Buffers;
using System.Numerics;
using HealthApi.Api.Http;
using HealthApi.Api.Problems;
using Microsoft.AspNetCore.Http.Features;

namespace HealthApi.Api.Bodies;

/// <summary>
/// A request body in a pooled buffer, decompressed, without a byte order mark. The <see cref="BodyBudget"/> is charged as bytes arrive: for
/// what the caller has sent, not for the length it announced. Dispose it to return the buffer.
/// </summary>
internal sealed class RequestBody : IDisposable
{
    /// <summary>The largest body that is held in memory, unless the route has another limit: 8 MiB.</summary>
    public const int MaxBytes = 8 * 1024 * 1024;

    private const int SmallestBuffer = 4096, SlowGrowthFrom = 64 * 1024;

    /// <summary>
    /// From this size on, buffers are not pooled. After a flood of large bodies the array pool would keep their buffers, although the
    /// budget counts them as returned.
    /// </summary>
    private const int UnpooledFrom = 1024 * 1024;

    /// <summary>The memory of a decompressor beside its output: window and buffers.</summary>
    private const int DecoderBytes = 64 * 1024;

    private readonly BodyLease _lease;
    private byte[] _buffer = [];
    private int _start;
    private int _end;

    private RequestBody(BodyLease lease) => _lease = lease;

    public ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(_start, _end - _start);

    public static Problem TooLarge(int limit) =>
        new(ProblemType.TooLarge, $"A body may have at most {limit:N0} bytes after decompression.");

    public static Problem Damaged() =>
        new(ProblemType.InvalidEncoding, "The compressed body is damaged or incomplete, or other bytes follow it.");

    /// <summary>
    /// Reads the whole body, at most <paramref name="limit"/> bytes after decompression. The body of a caller without a key is charged to
    /// the pool for unauthenticated callers, unless <paramref name="isKnown"/> is set.
    /// </summary>
    public static ValueTask<Outcome<RequestBody>> ReadAsync(HttpRequest request, int limit, bool isKnown = false) =>
        MediaTypes.Encoding(request).Failed(out var problem, out var encoding) ? new(problem)
            : ReadAsync(request, encoding, limit, isKnown);

    /// <summary>Reads the whole body without decompressing it; at most <paramref name="limit"/> bytes.</summary>
    public static ValueTask<Outcome<RequestBody>> ReadRawAsync(HttpRequest request, int limit) =>
        ReadAsync(request, "", limit, isKnown: false);

    /// <summary>
    /// The decompressed body as it arrives, without a limit. Reading a damaged body throws <see cref="InvalidDataException"/>. Dispose the
    /// stream.
    /// </summary>
    public static Outcome<Stream> Open(HttpRequest request) =>
        MediaTypes.Encoding(request).Failed(out var problem, out var encoding) ? problem
            : Decompress(new WireBody(request.HttpContext), encoding);

    /// <summary>The bytes as a stream, which is valid until the body is disposed.</summary>
    public MemoryStream ToStream() => new(_buffer, _start, _end - _start, writable: false);

    /// <summary>
    /// Charges the budget for what will be built from the bytes, as a multiple of their length; a 503 if there is no room.
    /// </summary>
    public Problem? Reserve(int times) => _lease.TryTake((long)times * (_end - _start)) ? null : Full();

    /// <summary>
    /// Lets other requests cut this one off while its answer is sent, if they need the memory and the caller reads slowly. The token is
    /// cancelled then.
    /// </summary>
    public CancellationToken Watch(CancellationToken request) => _lease.Watch(request);

    /// <summary>Replaces the bytes, which are gzip, with their decompressed content.</summary>
    public async ValueTask<Problem?> InflateAsync(int limit, CancellationToken cancellation)
    {
        var packed = _buffer;
        var stream = ToStream();
        (_buffer, _start, _end) = ([], 0, 0);
        try
        {
            return await FillAsync(stream, "gzip", null, limit, cancellation);
        }
        catch (Exception failure) when (failure is InvalidDataException or IOException)
        {
            return Damaged();
        }
        finally
        {
            Release(packed);
        }
    }

    /// <summary>
    /// Returns the buffer after its content has been parsed. The budget stays charged until <see cref="Dispose"/>, because the parsed
    /// content takes about as much memory until it is durable.
    /// </summary>
    public void GiveBack()
    {
        Free(_buffer);
        (_buffer, _start, _end) = ([], 0, 0);
    }

    public void Dispose()
    {
        GiveBack();
        _lease.Dispose();
    }

    private static async ValueTask<Outcome<RequestBody>> ReadAsync(HttpRequest request, string encoding, int limit, bool isKnown)
    {
        if (request.ContentLength > limit) return TooLarge(limit);
        var context = request.HttpContext;
        var budget = context.Features.GetRequiredFeature<BodyBudget>();
        isKnown |= context.FindKey() is not null;
        var body = new RequestBody((isKnown ? budget.Known : budget.Unknown).Open());
        var failure = await body.ReadAsync(new WireBody(context), encoding, request.ContentLength, limit, isKnown, context);
        if (failure is null) return body;
        body.Dispose();
        return failure;
    }

    private static Stream Decompress(Stream body, string encoding) => encoding switch
    {
        "gzip" => new GzipBody(body),
        "br" => new BrotliBody(body),
        _ => body,
    };

    private async ValueTask<Problem?> ReadAsync(WireBody wire, string encoding, long? length, int limit, bool isKnown, HttpContext context)
    {
        try
        {
            // Waits without a buffer: nothing is charged before the first byte arrives.
            await wire.WaitAsync(context.RequestAborted);
            var token = isKnown ? context.RequestAborted : _lease.Watch(context.RequestAborted);
            var failure = await FillAsync(wire, encoding, encoding.Length == 0 ? length : null, limit, token);
            _lease.Settle();
            return failure;
        }
        catch (OperationCanceledException) when (_lease.IsCut)
        {
            context.Response.Headers.Connection = "close";
            Dispose();
            return Slow();
        }
        catch (Exception failure)
            when (failure is InvalidDataException or IOException && encoding.Length > 0 && failure is not BadHttpRequestException)
        {
            return Damaged();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    private async ValueTask<Problem?> FillAsync(Stream source, string encoding, long? length, int limit, CancellationToken cancellation)
    {
        if (encoding.Length > 0 && !_lease.TryTake(DecoderBytes)) return Full();
        var stream = Decompress(source, encoding);
        try
        {
            while (_end != length)
            {
                if (_end == Math.Min(_buffer.Length, limit))
                {
                    if (_end == limit && await stream.ReadAsync(new byte[1], cancellation) > 0) return TooLarge(limit);
                    if (_end == limit) break;
                    if (_buffer.Length > 0) cancellation = _lease.Watch(cancellation);
                    if (Grow((int)Math.Min(length ?? limit, limit)) is { } full) return full;
                }

                var read = await stream.ReadAsync(_buffer.AsMemory(_end, Math.Min(_buffer.Length, limit) - _end), cancellation);
                if (read == 0) break;
                _end += read;
            }
        }
        finally
        {
            if (encoding.Length > 0)
            {
                await stream.DisposeAsync();
                _lease.Return(DecoderBytes);
            }
        }

        if (_buffer.AsSpan(0, _end).StartsWith("\uFEFF"u8)) _start = 3;
        return null;
    }

    /// <summary>
    /// Replaces the buffer with a larger one, whose size is a power of two as in the array pool. A 503 if the budget has no room for it.
    /// </summary>
    /// <param name="most">The most bytes that the body can have.</param>
    private Problem? Grow(int most)
    {
        var wanted = Math.Max((long)_buffer.Length * (_buffer.Length < SlowGrowthFrom ? 4 : 2), SmallestBuffer);
        var size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(Math.Min(wanted, most), SmallestBuffer));
        if (!_lease.TryTake(size)) return Full();
        var larger = size < UnpooledFrom ? ArrayPool<byte>.Shared.Rent(size) : GC.AllocateUninitializedArray<byte>(size);
        _buffer.AsSpan(0, _end).CopyTo(larger);
        Release(_buffer);
        _buffer = larger;
        return null;
    }

    private Problem Full() =>
        _lease.IsCut ? Slow() : new Problem(ProblemType.Overloaded, "Too many large request bodies are being read.") { RetryAfter = 1 };

    private static Problem Slow() => new(ProblemType.Timeout, "The body arrived slowly, and its memory was needed for other requests.");

    private void Release(byte[] buffer)
    {
        if (buffer.Length == 0) return;
        Free(buffer);
        _lease.Return(buffer.Length);
    }

    private static void Free(byte[] buffer)
    {
        if (buffer.Length is > 0 and < UnpooledFrom) ArrayPool<byte>.Shared.Return(buffer);
    }
}
