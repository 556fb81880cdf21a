using System.Security.Cryptography;
using System.Text;
using HealthApi.Core.Integrations.Signatures;

namespace HealthApi.Core.Integrations.Zendesk;

/// <summary><c>X-Zendesk-Webhook-Signature</c>: base64 HMAC-SHA256 over the timestamp header and the body (developer.zendesk.com/documentation/webhooks/verifying).</summary>
internal static class ZendeskSignature
{
    public static SignatureVerdict Check(IReadOnlyList<string> secrets, InboundRequest request, DateTimeOffset now)
    {
        var (header, timestamp) = (request.Header("X-Zendesk-Webhook-Signature"), request.Header("X-Zendesk-Webhook-Signature-Timestamp"));
        if (header is null || timestamp is null) return SignatureVerdict.Missing;
        if (Hmacs.FromBase64(header) is not { } signature || InboundTimes.Text(timestamp) is not { } signedAt) return SignatureVerdict.Malformed;
        if (!Hmacs.Matches(HashAlgorithmName.SHA256, secrets, [signature], Encoding.UTF8.GetBytes(timestamp), request.Body)) return SignatureVerdict.Wrong;
        return Hmacs.IsFresh(signedAt, now) ? SignatureVerdict.Good : SignatureVerdict.Stale;
    }
}
