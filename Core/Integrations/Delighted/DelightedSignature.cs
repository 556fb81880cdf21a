using System.Security.Cryptography;
using HealthApi.Core.Integrations.Signatures;

namespace HealthApi.Core.Integrations.Delighted;

/// <summary>
/// <c>X-Delighted-Webhook-Signature: sha256=…</c>, the hex HMAC-SHA256 over the body with the API key as the secret. Without this header: a
/// shared token that Delighted takes from the credentials in the URL and sends in <c>Authorization</c>.
/// </summary>
internal static class DelightedSignature
{
    private const string Prefix = "sha256=";

    public static SignatureVerdict? CheckHead(IReadOnlyList<string> secrets, InboundRequest request) => Check(secrets, request, out _);

    public static SignatureVerdict Check(IReadOnlyList<string> secrets, InboundRequest request) =>
        Check(secrets, request, out var signature)
        ?? (Hmacs.Matches(HashAlgorithmName.SHA256, secrets, [signature], request.Body) ? SignatureVerdict.Good : SignatureVerdict.Wrong);

    /// <summary>Null if there is a well-formed signature; the caller must then compare it.</summary>
    private static SignatureVerdict? Check(IReadOnlyList<string> secrets, InboundRequest request, out byte[] signature)
    {
        signature = [];
        if (request.Header("X-Delighted-Webhook-Signature") is { } header)
        {
            if (!header.StartsWith(Prefix, StringComparison.Ordinal) || Hmacs.FromHex(header[Prefix.Length..]) is not { } bytes)
                return SignatureVerdict.Malformed;
            signature = bytes;
            return null;
        }

        var tokens = BasicCredentials.Of(request.Header("Authorization"));
        if (tokens.Count == 0) return SignatureVerdict.Missing;
        return tokens.Any(token => Hmacs.IsSecret(secrets, token)) ? SignatureVerdict.Good : SignatureVerdict.Wrong;
    }
}
