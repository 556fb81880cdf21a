using System.Buffers.Text;
using System.Security.Cryptography;

namespace HealthApi.Infrastructure.Integrations;

/// <summary>Secrets that are made here: write keys and shared tokens.</summary>
public static class IntegrationSecrets
{
    private const int SecretBytes = 24;

    /// <summary>32 characters that need no escaping anywhere.</summary>
    public static string Generate() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));
}
