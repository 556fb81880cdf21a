using System.Security.Cryptography;
using System.Text;

namespace HealthApi.Infrastructure.Secrets;

/// <summary>
/// Encrypts what must be readable again (signing secrets) with AES-256-GCM. A sealed text is bound to what it belongs to, so it cannot be
/// moved to another row, and names its key, so that a wrong key is told from a damaged text. Seals with the first key only; opens with
/// every key given, so that a key can be replaced while texts sealed with the one before are still about.
/// </summary>
public sealed class SecretVault
{
    private const string Version = "v1";
    private const int NonceBytes = 12, TagBytes = 16, KeyIdBytes = 4;

    private readonly byte[] _key;
    private readonly string _keyId;
    private readonly Dictionary<string, byte[]> _keys = new(StringComparer.Ordinal);

    /// <param name="key">32 bytes; seals and opens.</param>
    /// <param name="previous">Keys of 32 bytes each that only open.</param>
    public SecretVault(byte[] key, IEnumerable<byte[]>? previous = null)
    {
        (_key, _keyId) = (key, IdOf(key));
        foreach (var known in (previous ?? []).Prepend(key)) _keys.TryAdd(IdOf(known), known);
    }

    /// <summary>How every text begins that was sealed with the key that seals now.</summary>
    internal string CurrentPrefix => $"{Version}.{_keyId}.";

    /// <summary>The text, encrypted.</summary>
    /// <param name="column">Where it will be stored: what is stored anywhere else would not outlive the key.</param>
    /// <param name="owner">What it belongs to; needed to open it again.</param>
    /// <param name="text">The secret.</param>
    internal string Seal(SealedColumn column, string owner, string text)
    {
        ArgumentNullException.ThrowIfNull(column);
        var plain = Encoding.UTF8.GetBytes(text);
        var sealedBytes = new byte[NonceBytes + plain.Length + TagBytes];
        var nonce = sealedBytes.AsSpan(0, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(_key, TagBytes);
        cipher.Encrypt(
            nonce, plain, sealedBytes.AsSpan(NonceBytes, plain.Length), sealedBytes.AsSpan(NonceBytes + plain.Length),
            Encoding.UTF8.GetBytes(owner));
        return CurrentPrefix + Convert.ToBase64String(sealedBytes);
    }

    /// <summary>The text; null where it was sealed with a key that was not given, for another owner, or is damaged.</summary>
    public string? TryOpen(string owner, string sealedText)
    {
        try
        {
            return Open(owner, sealedText);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <exception cref="CryptographicException">Sealed with a key that was not given, for another owner, or damaged.</exception>
    public string Open(string owner, string sealedText)
    {
        var (keyId, base64) = Parts(sealedText);
        if (!_keys.TryGetValue(keyId, out var key))
            throw new CryptographicException($"Sealed with the key {keyId}; Webhooks:EncryptionKey is {_keyId}, and no previous key fits.");
        var bytes = Bytes(base64);
        var plain = new byte[bytes.Length - NonceBytes - TagBytes];
        using var cipher = new AesGcm(key, TagBytes);
        cipher.Decrypt(
            bytes.AsSpan(0, NonceBytes), bytes.AsSpan(NonceBytes, plain.Length), bytes.AsSpan(NonceBytes + plain.Length), plain,
            Encoding.UTF8.GetBytes(owner));
        return Encoding.UTF8.GetString(plain);
    }

    /// <summary>Whether a text was sealed with the key that seals now.</summary>
    public bool IsCurrent(string sealedText)
    {
        ArgumentNullException.ThrowIfNull(sealedText);
        return sealedText.StartsWith(CurrentPrefix, StringComparison.Ordinal);
    }

    /// <summary>The name of the key that a text was sealed with, 8 hex digits; null where this is not a sealed text.</summary>
    public static string? KeyIdOf(string sealedText)
    {
        ArgumentNullException.ThrowIfNull(sealedText);
        return sealedText.Split('.') is [Version, { Length: 2 * KeyIdBytes } keyId, _] ? keyId : null;
    }

    private static (string KeyId, string Base64) Parts(string sealedText)
    {
        ArgumentNullException.ThrowIfNull(sealedText);
        return sealedText.Split('.') is [Version, var keyId, var base64] ? (keyId, base64)
            : throw new CryptographicException("This is not a sealed text.");
    }

    private static byte[] Bytes(string base64)
    {
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out var length) && length >= NonceBytes + TagBytes
            ? bytes[..length]
            : throw new CryptographicException("The sealed text is damaged.");
    }

    private static string IdOf(byte[] key) => Convert.ToHexStringLower(SHA256.HashData(key).AsSpan(0, KeyIdBytes));
}
