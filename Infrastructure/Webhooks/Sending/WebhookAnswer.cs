using System.Buffers;
using System.Text;

namespace HealthApi.Infrastructure.Webhooks.Sending;

/// <summary>Reads at most 16 KiB of a receiver's answer and keeps the first 1 KiB.</summary>
internal static class WebhookAnswer
{
    private const int MaxRead = 16 * 1024, MaxKept = 1024;

    /// <summary>
    /// The beginning of the answer as text; null where it is empty. An answer that is cut off, by size or by the deadline, does not change
    /// the status.
    /// </summary>
    public static async Task<string?> ReadAsync(HttpContent content, CancellationToken cancellation)
    {
        if (content.Headers.ContentLength == 0) return null;
        var buffer = ArrayPool<byte>.Shared.Rent(MaxRead);
        var length = 0;
        try
        {
            await using var stream = await content.ReadAsStreamAsync(cancellation);
            int read;
            while (length < MaxRead && (read = await stream.ReadAsync(buffer.AsMemory(length, MaxRead - length), cancellation)) > 0)
                length += read;
            return Text(buffer.AsSpan(0, Math.Min(length, MaxKept)));
        }
        catch (Exception cut) when (cut is IOException or HttpRequestException or OperationCanceledException)
        {
            return Text(buffer.AsSpan(0, Math.Min(length, MaxKept)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static string? Text(ReadOnlySpan<byte> bytes)
    {
        // Without flush, an incomplete character at the end is left out.
        Span<char> characters = stackalloc char[MaxKept];
        Encoding.UTF8.GetDecoder().Convert(bytes, characters, flush: false, out _, out var length, out _);
        return length == 0 ? null : characters[..length].ToString().Replace('\0', '\uFFFD');
    }
}
