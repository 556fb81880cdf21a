using System.Security.Cryptography;
using System.Text;
using HealthApi.Core.Integrations.Signatures;

namespace HealthApi.Core.Integrations.Stripe;

/// <summary><c>Stripe-Signature: t=…,v1=…[,v1=…]</c>: hex HMAC-SHA256 over <c>t.body</c> (docs.stripe.com/webhooks); several while a secret is rolled.</summary>
internal static class StripeSignature
{
    public static SignatureVerdict Check(IReadOnlyList<string> secrets, InboundRequest request, DateTimeOffset now)
    {
        if (request.Header("Stripe-Signature") is not { } header) return SignatureVerdict.Missing;
        string? timestamp = null;
        var signatures = new List<byte[]>();
        foreach (var item in header.Split(','))
        {
            if (item.Trim().Split('=', 2) is not [var name, var value]) continue;
            if (name == "t") timestamp ??= value;
            else if (name == "v1" && Hmacs.FromHex(value) is { } signature) signatures.Add(signature);
        }

        if (timestamp is null || signatures.Count == 0 || !long.TryParse(timestamp, System.Globalization.NumberStyles.None, null, out var seconds) || seconds > uint.MaxValue)
            return SignatureVerdict.Malformed;
        if (!Hmacs.Matches(HashAlgorithmName.SHA256, secrets, signatures, Encoding.UTF8.GetBytes(timestamp + "."), request.Body)) return SignatureVerdict.Wrong;
        return Hmacs.IsFresh(DateTimeOffset.FromUnixTimeSeconds(seconds), now) ? SignatureVerdict.Good : SignatureVerdict.Stale;
    }
}
