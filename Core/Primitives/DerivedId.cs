using System.Security.Cryptography;
using System.Text;

namespace HealthApi.Core.Primitives;

/// <summary>Ids that are derived from content: the same content always gives the same id, in every process.</summary>
public static class DerivedId
{
    private const int HashCharacters = 32;

    /// <summary>The prefix, followed by the first 32 hexadecimal digits of the SHA-256 of the content.</summary>
    public static string Of(string prefix, string content) =>
        prefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)))[..HashCharacters];
}
