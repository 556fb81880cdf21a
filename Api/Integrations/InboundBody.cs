using System.IO.Compression;
using HealthApi.Api.Http;
using HealthApi.Api.Problems;

namespace HealthApi.Api.Integrations;

/// <summary>The body of an inbound webhook: raw bytes, decompressed.</summary>
internal static class InboundBody
{
    public const string Form = "application/x-www-form-urlencoded";

    private const int MaxBytes = 8 * 1024 * 1024;

    /// <summary>The bytes, which are well-formed JSON. RudderStack's SDKs label theirs as a form, and some leave the label of the compression out.</summary>
    public static async ValueTask<Outcome<byte[]>> ReadAsync(HttpRequest request, bool tracking)
    {
        if ((tracking ? MediaTypes.Check(request, MediaTypes.Json, Form) : MediaTypes.Check(request, MediaTypes.Json)).Failed(out var problem, out _)) return problem;
        if ((await RequestBody.ReadAsync(request, MaxBytes)).Failed(out problem, out var body)) return problem;
        using (body)
        {
            var bytes = body.Bytes.ToArray();
            if (tracking && bytes.AsSpan().StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]) && Inflate(bytes).Failed(out problem, out bytes)) return problem;
            return RequestJson.CheckSyntax(bytes) is { } malformed ? malformed : bytes;
        }
    }

    private static Outcome<byte[]> Inflate(byte[] compressed)
    {
        try
        {
            using var stream = new GZipStream(new MemoryStream(compressed), CompressionMode.Decompress);
            var buffer = new byte[MaxBytes + 1];
            var length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            return length > MaxBytes ? new Problem(ProblemType.TooLarge, $"A body may have at most {MaxBytes:N0} bytes after decompression.") : buffer[..length];
        }
        catch (InvalidDataException)
        {
            return new Problem(ProblemType.InvalidEncoding, "The compressed body is damaged or incomplete.");
        }
    }
}
