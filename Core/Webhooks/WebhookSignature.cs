using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace HealthApi.Core.Webhooks;

/// <summary>
/// The symmetric signature of Standard Webhooks 1.0: <c>v1,</c> and the base64 of HMAC-SHA256 over <c>id.timestamp.body</c>.
/// </summary>
public static class WebhookSignature
{
    public const string IdHeader = "webhook-id", TimestampHeader = "webhook-timestamp", SignatureHeader = "webhook-signature";

    private const string Version = "v1,";

    /// <summary>The largest difference between a message's timestamp and the receiver's clock.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <summary>The value of <c>webhook-signature</c>: one signature per secret, separated by spaces.</summary>
    /// <param name="secrets">The secret in use, and the replaced ones that still sign during the overlap.</param>
    /// <param name="id">The message id; without a dot.</param>
    /// <param name="timestamp">Unix seconds of this attempt.</param>
    /// <param name="body">The exact bytes sent.</param>
    public static string Sign(IReadOnlyList<WebhookSecret> secrets, string id, long timestamp, ReadOnlySpan<byte> body)
    {
        var signed = Signed(id, timestamp.ToString(), body);
        return secrets.Count == 1 ? Sign(secrets[0], signed) : string.Join(' ', secrets.Select(secret => Sign(secret, signed)));
    }

    /// <summary>
    /// Whether any <c>v1</c> signature of the header is valid and the timestamp lies within <see cref="Tolerance"/> of
    /// <paramref name="now"/>. Signatures of other versions are ignored. False if a header is missing or malformed.
    /// </summary>
    public static bool Verify(
        WebhookSecret secret, string? id, string? timestamp, string? signatures, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        if (string.IsNullOrEmpty(id) || string.IsNullOrEmpty(signatures) || !long.TryParse(timestamp, out var seconds)) return false;
        if (Math.Abs(now.ToUnixTimeSeconds() - (decimal)seconds) > (decimal)Tolerance.TotalSeconds) return false;
        var expected = Encoding.UTF8.GetBytes(Sign(secret, Signed(id, timestamp, body)));
        var good = false;
        foreach (var given in signatures.Split(' '))
            good |= CryptographicOperations.FixedTimeEquals(expected, Encoding.UTF8.GetBytes(given));
        return good;
    }

    private static byte[] Signed(string id, string timestamp, ReadOnlySpan<byte> body)
    {
        var text = new ArrayBufferWriter<byte>(id.Length + timestamp.Length + body.Length + 2);
        Encoding.UTF8.GetBytes(id, text);
        text.Write("."u8);
        Encoding.UTF8.GetBytes(timestamp, text);
        text.Write("."u8);
        text.Write(body);
        return text.WrittenSpan.ToArray();
    }

    private static string Sign(WebhookSecret secret, ReadOnlySpan<byte> signed)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(secret.Key, signed, hash);
        return Version + Convert.ToBase64String(hash);
    }
}
