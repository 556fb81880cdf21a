using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace HealthApi.Infrastructure.Security;

/// <summary>The text of a key: <c>hk_</c> and 32 random bytes. High entropy, so a plain SHA-256 is a safe hash.</summary>
public static class ApiKeySecret
{
    public const string Prefix = "hk_";

    public static string Create() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}
