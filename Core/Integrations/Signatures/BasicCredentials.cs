using System.Text;

namespace HealthApi.Core.Integrations.Signatures;

/// <summary>Reads shared secrets from an Authorization header.</summary>
internal static class BasicCredentials
{
    /// <summary>User and password of basic authentication, or the token of bearer authentication; empty for anything else.</summary>
    public static IReadOnlyList<string> Of(string? authorization)
    {
        if (authorization is null || authorization.Split(' ', 2) is not [var scheme, var value]) return [];
        if (scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase)) return [value.Trim()];
        if (!scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase) || Hmacs.FromBase64(value.Trim()) is not { } bytes) return [];
        return [.. Encoding.UTF8.GetString(bytes).Split(':', 2).Where(part => part.Length > 0)];
    }
}
