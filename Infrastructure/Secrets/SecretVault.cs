using System.Security.Cryptography;
using System.Text;

namespace HealthApi.Infrastructure.Secrets;

/// <summary>
/// Encrypts secrets that must be readable again, with AES-256-GCM. A sealed text is bound to its owner, so it cannot be moved to another
/// row, and names its key, so that a wrong key can be distinguished from a damaged text. Only the first key seals; every key opens, so that
/// a key can be replaced while texts sealed with the previous one still exist.
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

    /// <summary>The prefix of every text that was sealed with the current key.</summary>
    internal string CurrentPrefix => $"{Version}.{_keyId}.";

    /// <summary>Encrypts a text.</summary>
    /// <param name="column">The column that will hold it; a text stored elsewhere could not be opened after its key was replaced.</param>
    /// <param name="owner">What the text is bound to; the same value is needed to open it.</param>
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

    /// <summary>Decrypts a text; null where its key was not given, it is bound to another owner, or it is damaged.</summary>
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

    /// <exception cref="CryptographicException">The key was not given, the text is bound to another owner, or it is damaged.</exception>
    public string Open(string owner, string sealedText)
    {
        var (keyId, base64) = Parts(sealedText);
        if (!_keys.TryGetValue(keyId, out var key))
            throw new CryptographicException($"Sealed with the key {keyId}; Webhooks:EncryptionKey is {_keyId}, and no other key fits.");
        var bytes = Bytes(base64);
        var plain = new byte[bytes.Length - NonceBytes - TagBytes];
        using var cipher = new AesGcm(key, TagBytes);
        cipher.Decrypt(
            bytes.AsSpan(0, NonceBytes), bytes.AsSpan(NonceBytes, plain.Length), bytes.AsSpan(NonceBytes + plain.Length), plain,
            Encoding.UTF8.GetBytes(owner));
        return Encoding.UTF8.GetString(plain);
    }

    /// <summary>Whether a text was sealed with the current key.</summary>
    public bool IsCurrent(string sealedText)
    {
        ArgumentNullException.ThrowIfNull(sealedText);
        return sealedText.StartsWith(CurrentPrefix, StringComparison.Ordinal);
    }

    /// <summary>The id of the key that sealed a text, 8 hex digits; null where the text is not a sealed text.</summary>
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
