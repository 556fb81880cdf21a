using System.Security.Cryptography;
using System.Text;

namespace HealthApi.Core.Integrations.Signatures;

/// <summary>
/// Computes and compares message authentication codes. The time of a comparison does not depend on where the values differ.
/// </summary>
internal static class Hmacs
{
    /// <summary>The largest difference between the time of a signature and now, in either direction.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(300);

    public static bool IsFresh(DateTimeOffset signedAt, DateTimeOffset now) => (now - signedAt).Duration() <= Tolerance;

    /// <summary>Null if the time is within the tolerance: then the signature decides.</summary>
    public static SignatureVerdict? Stale(DateTimeOffset signedAt, DateTimeOffset now) =>
        IsFresh(signedAt, now) ? null : SignatureVerdict.Stale;

    /// <summary>Whether any of the signatures is the HMAC of the concatenated parts with any of the secrets.</summary>
    public static bool Matches(
        HashAlgorithmName algorithm, IReadOnlyList<string> secrets, IReadOnlyList<byte[]> signatures,
        params ReadOnlySpan<ReadOnlyMemory<byte>> parts)
    {
        var found = false;
        foreach (var secret in secrets)
        {
            var expected = Compute(algorithm, secret, parts);
            // Every pair is compared, so that the time does not show which one matched.
            foreach (var signature in signatures) found |= CryptographicOperations.FixedTimeEquals(expected, signature);
        }

        return found;
    }

    /// <summary>Whether the text is one of the secrets.</summary>
    public static bool IsSecret(IReadOnlyList<string> secrets, string text)
    {
        var (found, given) = (false, SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        foreach (var secret in secrets)
            found |= CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(secret)), given);
        return found;
    }

    public static byte[]? FromHex(string text)
    {
        var bytes = new byte[text.Length / 2];
        return text.Length % 2 == 0 && Convert.FromHexString(text, bytes, out _, out _) == System.Buffers.OperationStatus.Done ? bytes
            : null;
    }

    public static byte[]? FromBase64(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) ? bytes[..length] : null;
    }

    private static byte[] Compute(HashAlgorithmName algorithm, string secret, ReadOnlySpan<ReadOnlyMemory<byte>> parts)
    {
        using var hash = IncrementalHash.CreateHMAC(algorithm, Encoding.UTF8.GetBytes(secret));
        foreach (var part in parts) hash.AppendData(part.Span);
        return hash.GetHashAndReset();
    }
}
