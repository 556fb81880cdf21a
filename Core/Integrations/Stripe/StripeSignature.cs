using System.Security.Cryptography;
using System.Text;
using HealthApi.Core.Integrations.Signatures;

namespace HealthApi.Core.Integrations.Stripe;

/// <summary>
/// <c>Stripe-Signature: t=…,v1=…[,v1=…]</c>: hex HMAC-SHA256 over <c>t.body</c> (docs.stripe.com/webhooks). There are several while a
/// secret is being replaced.
/// </summary>
internal static class StripeSignature
{
    public static SignatureVerdict? CheckHead(InboundRequest request, DateTimeOffset now) =>
        Read(request, out _, out var signedAt, out _) ?? Hmacs.Stale(signedAt, now);

    public static SignatureVerdict Check(IReadOnlyList<string> secrets, InboundRequest request, DateTimeOffset now)
    {
        if (Read(request, out var timestamp, out var signedAt, out var signatures) is { } fault) return fault;
        if (!Hmacs.Matches(HashAlgorithmName.SHA256, secrets, signatures, Encoding.UTF8.GetBytes(timestamp + "."), request.Body))
            return SignatureVerdict.Wrong;
        return Hmacs.IsFresh(signedAt, now) ? SignatureVerdict.Good : SignatureVerdict.Stale;
    }

    /// <summary>Null if the header is well-formed, otherwise the error.</summary>
    private static SignatureVerdict? Read(
        InboundRequest request, out string? timestamp, out DateTimeOffset signedAt, out List<byte[]> signatures)
    {
        (timestamp, signedAt, signatures) = (null, default, []);
        if (request.Header("Stripe-Signature") is not { } header) return SignatureVerdict.Missing;
        foreach (var item in header.Split(','))
        {
            if (item.Trim().Split('=', 2) is not [var name, var value]) continue;
            if (name == "t") timestamp ??= value;
            else if (name == "v1" && Hmacs.FromHex(value) is { } signature) signatures.Add(signature);
        }

        if (timestamp is null || signatures.Count == 0
            || !long.TryParse(timestamp, System.Globalization.NumberStyles.None, null, out var seconds) || seconds > uint.MaxValue)
        {
            return SignatureVerdict.Malformed;
        }

        signedAt = DateTimeOffset.FromUnixTimeSeconds(seconds);
        return null;
    }
}
