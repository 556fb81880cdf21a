using System.Security.Cryptography;
using System.Text.Json;
using HealthApi.Core.Integrations.Signatures;

namespace HealthApi.Core.Integrations.Segment;

/// <summary>
/// Tracking calls carry the write key as the user of basic authentication, or in the body as newer SDKs do; webhooks of a Segment destination carry
/// <c>X-Signature</c>, the hex HMAC-SHA1 over the body.
/// </summary>
public static class SegmentCredentials
{
    /// <summary>The write key that the call carries, or null.</summary>
    public static string? WriteKey(InboundRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (BasicCredentials.Of(request.Header("Authorization")) is [var key, ..]) return key;
        using var document = JsonDocument.Parse(request.Body);
        return document.RootElement.Text("writeKey");
    }

    internal static SignatureVerdict Check(IReadOnlyList<string> secrets, InboundRequest request)
    {
        if (request.Header("X-Signature") is { } header)
        {
            if (Hmacs.FromHex(header) is not { } signature) return SignatureVerdict.Malformed;
            return Hmacs.Matches(HashAlgorithmName.SHA1, secrets, [signature], request.Body) ? SignatureVerdict.Good : SignatureVerdict.Wrong;
        }

        if (WriteKey(request) is not { } key) return SignatureVerdict.Missing;
        return Hmacs.IsSecret(secrets, key) ? SignatureVerdict.Good : SignatureVerdict.Wrong;
    }
}
