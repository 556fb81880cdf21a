using System.Security.Cryptography;
using System.Text;
using HealthApi.Core.Integrations.Signatures;

namespace HealthApi.Core.Integrations.Zendesk;

/// <summary>
/// <c>X-Zendesk-Webhook-Signature</c>: base64 HMAC-SHA256 over the timestamp header and the body
/// (developer.zendesk.com/documentation/webhooks/verifying).
/// </summary>
internal static class ZendeskSignature
{
    public static SignatureVerdict? CheckHead(InboundRequest request, DateTimeOffset now) =>
        Read(request, out _, out var signedAt, out _) ?? Hmacs.Stale(signedAt, now);

    public static SignatureVerdict Check(IReadOnlyList<string> secrets, InboundRequest request, DateTimeOffset now)
    {
        if (Read(request, out var timestamp, out var signedAt, out var signature) is { } fault) return fault;
        if (!Hmacs.Matches(HashAlgorithmName.SHA256, secrets, [signature], Encoding.UTF8.GetBytes(timestamp), request.Body))
            return SignatureVerdict.Wrong;
        return Hmacs.IsFresh(signedAt, now) ? SignatureVerdict.Good : SignatureVerdict.Stale;
    }

    /// <summary>Null if the headers are well-formed, otherwise the error.</summary>
    private static SignatureVerdict? Read(InboundRequest request, out string timestamp, out DateTimeOffset signedAt, out byte[] signature)
    {
        (timestamp, signedAt, signature) = (request.Header("X-Zendesk-Webhook-Signature-Timestamp") ?? "", default, []);
        if (request.Header("X-Zendesk-Webhook-Signature") is not { } header || timestamp.Length == 0) return SignatureVerdict.Missing;
        if (Hmacs.FromBase64(header) is not { } bytes || InboundTimes.Text(timestamp) is not { } time) return SignatureVerdict.Malformed;
        (signedAt, signature) = (time, bytes);
        return null;
    }
}
