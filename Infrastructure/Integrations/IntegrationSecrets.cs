using System.Buffers.Text;
using System.Security.Cryptography;

namespace HealthApi.Infrastructure.Integrations;

/// <summary>Generates secrets: write keys and shared tokens.</summary>
public static class IntegrationSecrets
{
    private const int SecretBytes = 24;

    /// <summary>A new secret: 32 characters of base64url, which need no escaping in URLs or headers.</summary>
    public static string Generate() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));
}
