using System.Security.Cryptography;
using System.Text;
using HealthApi.Core.Integrations.Signatures;

namespace HealthApi.Core.Integrations.Hubspot;

/// <summary>
/// <c>X-HubSpot-Signature-v3</c>: base64 HMAC-SHA256 over method, URI, body and timestamp in milliseconds (developers.hubspot.com, validating requests). The URI is
/// the one that HubSpot called, some of its escapes decoded.
/// </summary>
internal static class HubspotSignature
{
    private const long LatestMillisecond = 253_402_300_799_999;

    private static readonly (string Escaped, string Plain)[] Decoded =
    [
        ("%3A", ":"), ("%2F", "/"), ("%3F", "?"), ("%40", "@"), ("%21", "!"), ("%24", "$"), ("%27", "'"), ("%28", "("), ("%29", ")"), ("%2A", "*"), ("%2C", ","), ("%3B", ";"),
    ];

    public static SignatureVerdict Check(IReadOnlyList<string> secrets, InboundRequest request, DateTimeOffset now)
    {
        var (header, timestamp) = (request.Header("X-HubSpot-Signature-v3"), request.Header("X-HubSpot-Request-Timestamp"));
        if (header is null || timestamp is null) return SignatureVerdict.Missing;
        if (Hmacs.FromBase64(header) is not { } signature || !long.TryParse(timestamp, System.Globalization.NumberStyles.None, null, out var milliseconds) || milliseconds > LatestMillisecond)
            return SignatureVerdict.Malformed;
        var uri = Decoded.Aggregate(request.Url, (url, pair) => url.Replace(pair.Escaped, pair.Plain, StringComparison.OrdinalIgnoreCase));
        if (!Hmacs.Matches(HashAlgorithmName.SHA256, secrets, [signature], Encoding.UTF8.GetBytes(request.Method + uri), request.Body, Encoding.UTF8.GetBytes(timestamp)))
            return SignatureVerdict.Wrong;
        return Hmacs.IsFresh(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds), now) ? SignatureVerdict.Good : SignatureVerdict.Stale;
    }
}
