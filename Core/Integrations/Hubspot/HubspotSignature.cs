using System.Security.Cryptography;
using System.Text;
using HealthApi.Core.Integrations.Signatures;

namespace HealthApi.Core.Integrations.Hubspot;

/// <summary>
/// <c>X-HubSpot-Signature-v3</c>: base64 HMAC-SHA256 over method, URI, body and timestamp in milliseconds (developers.hubspot.com,
/// validating requests). The URI is the one that HubSpot called, with some of its escapes decoded.
/// </summary>
internal static class HubspotSignature
{
    private const long LatestMillisecond = 253_402_300_799_999;

    private static readonly (string Escaped, string Plain)[] Decoded =
    [
        ("%3A", ":"), ("%2F", "/"), ("%3F", "?"), ("%40", "@"), ("%21", "!"), ("%24", "$"), ("%27", "'"), ("%28", "("), ("%29", ")"),
        ("%2A", "*"), ("%2C", ","), ("%3B", ";"),
    ];

    public static SignatureVerdict? CheckHead(InboundRequest request, DateTimeOffset now) =>
        Read(request, out _, out var signedAt, out _) ?? Hmacs.Stale(signedAt, now);

    public static SignatureVerdict Check(IReadOnlyList<string> secrets, InboundRequest request, DateTimeOffset now)
    {
        if (Read(request, out var timestamp, out var signedAt, out var signature) is { } fault) return fault;
        var uri = Decoded.Aggregate(request.Url, (url, pair) => url.Replace(pair.Escaped, pair.Plain, StringComparison.OrdinalIgnoreCase));
        if (!Hmacs.Matches(
            HashAlgorithmName.SHA256, secrets, [signature], Encoding.UTF8.GetBytes(request.Method + uri), request.Body,
            Encoding.UTF8.GetBytes(timestamp)))
        {
            return SignatureVerdict.Wrong;
        }

        return Hmacs.IsFresh(signedAt, now) ? SignatureVerdict.Good : SignatureVerdict.Stale;
    }

    /// <summary>Null if the headers are well-formed, otherwise the error.</summary>
    private static SignatureVerdict? Read(InboundRequest request, out string timestamp, out DateTimeOffset signedAt, out byte[] signature)
    {
        (timestamp, signedAt, signature) = (request.Header("X-HubSpot-Request-Timestamp") ?? "", default, []);
        if (request.Header("X-HubSpot-Signature-v3") is not { } header || timestamp.Length == 0) return SignatureVerdict.Missing;
        if (Hmacs.FromBase64(header) is not { } bytes
            || !long.TryParse(timestamp, System.Globalization.NumberStyles.None, null, out var milliseconds)
            || milliseconds > LatestMillisecond)
        {
            return SignatureVerdict.Malformed;
        }

        (signedAt, signature) = (DateTimeOffset.FromUnixTimeMilliseconds(milliseconds), bytes);
        return null;
    }
}
