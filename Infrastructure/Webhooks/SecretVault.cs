using System.Security.Cryptography;
using System.Text;

namespace HealthApi.Infrastructure.Webhooks;

/// <summary>
/// Encrypts what must be readable again (signing secrets) with AES-256-GCM. A sealed text is bound to what it belongs to, so it cannot be moved
/// to another row, and names its key, so that a wrong key is told from a damaged text.
/// </summary>
public sealed class SecretVault(byte[] key)
{
    private const string Version = "v1";
    private const int NonceBytes = 12, TagBytes = 16, KeyIdBytes = 4;

    private readonly string _keyId = Convert.ToHexStringLower(SHA256.HashData(key).AsSpan(0, KeyIdBytes));

    /// <summary>The text, encrypted.</summary>
    /// <param name="owner">What it belongs to; needed to open it again.</param>
    /// <param name="text">The secret.</param>
    public string Seal(string owner, string text)
    {
        var plain = Encoding.UTF8.GetBytes(text);
        var sealedBytes = new byte[NonceBytes + plain.Length + TagBytes];
        var nonce = sealedBytes.AsSpan(0, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(key, TagBytes);
        cipher.Encrypt(nonce, plain, sealedBytes.AsSpan(NonceBytes, plain.Length), sealedBytes.AsSpan(NonceBytes + plain.Length), Encoding.UTF8.GetBytes(owner));
        return $"{Version}.{_keyId}.{Convert.ToBase64String(sealedBytes)}";
    }

    /// <exception cref="CryptographicException">Sealed with another key, for another owner, or damaged.</exception>
    public string Open(string owner, string sealedText)
    {
        ArgumentNullException.ThrowIfNull(sealedText);
        if (sealedText.Split('.') is not [Version, var keyId, var base64]) throw new CryptographicException("This is not a sealed text.");
        if (keyId != _keyId) throw new CryptographicException($"Sealed with the key {keyId}, but Webhooks:EncryptionKey is {_keyId}.");
        var bytes = Convert.FromBase64String(base64);
        var plain = new byte[bytes.Length - NonceBytes - TagBytes];
        using var cipher = new AesGcm(key, TagBytes);
        cipher.Decrypt(bytes.AsSpan(0, NonceBytes), bytes.AsSpan(NonceBytes, plain.Length), bytes.AsSpan(NonceBytes + plain.Length), plain, Encoding.UTF8.GetBytes(owner));
        return Encoding.UTF8.GetString(plain);
    }
}
