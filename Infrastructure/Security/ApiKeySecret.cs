using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace HealthApi.Infrastructure.Security;

/// <summary>The text of a key: <c>hk_</c> and 32 random bytes. High entropy, so a plain SHA-256 is a safe hash.</summary>
public static class ApiKeySecret
{
    public const string Prefix = "hk_";

    private const int SecretBytes = 32, EncodedLength = 43;

    public static string Create() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));

    /// <summary>Whether the text has the form of a key that <see cref="Create"/> makes; the store holds no other keys.</summary>
    public static bool IsWellFormed(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length == Prefix.Length + EncodedLength && text.StartsWith(Prefix, StringComparison.Ordinal);
    }

    public static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}
