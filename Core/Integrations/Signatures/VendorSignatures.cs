using HealthApi.Core.Integrations.Delighted;
using HealthApi.Core.Integrations.Generic;
using HealthApi.Core.Integrations.Hubspot;
using HealthApi.Core.Integrations.Segment;
using HealthApi.Core.Integrations.Stripe;
using HealthApi.Core.Integrations.Zendesk;

namespace HealthApi.Core.Integrations.Signatures;

/// <summary>Checks that the sender of a request knows a secret of the integration, in the way of each vendor.</summary>
public static class VendorSignatures
{
    /// <summary>
    /// Checks the headers before the body is read. The result is good if they authenticate the sender alone (a token), null if the body
    /// decides, and otherwise the reason for refusing the request whatever its body is. The timestamp is not authenticated at this point;
    /// only the check of the whole request does that.
    /// </summary>
    /// <param name="vendor">The vendor whose scheme is used.</param>
    /// <param name="auth">The scheme of a generic integration; null for the default.</param>
    /// <param name="secrets">Every secret that is valid now; empty if none was set yet.</param>
    /// <param name="request">The request; its body is not used.</param>
    /// <param name="now">The time of the check.</param>
    public static SignatureVerdict? CheckHead(
        Vendor vendor, GenericAuth? auth, IReadOnlyList<string> secrets, InboundRequest request, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        if (secrets.Count == 0) return SignatureVerdict.Missing;
        return vendor switch
        {
            Vendor.Stripe => StripeSignature.CheckHead(request, now),
            Vendor.Zendesk => ZendeskSignature.CheckHead(request, now),
            Vendor.Segment => SegmentCredentials.CheckHead(secrets, request),
            Vendor.Hubspot => HubspotSignature.CheckHead(request, now),
            Vendor.Delighted => DelightedSignature.CheckHead(secrets, request),
            Vendor.Generic => GenericSignature.CheckHead(auth ?? new GenericAuth(), secrets, request, now),
        };
    }

    /// <param name="vendor">The vendor whose scheme is used.</param>
    /// <param name="auth">The scheme of a generic integration; null for the default.</param>
    /// <param name="secrets">Every secret that is valid now; empty if none was set yet.</param>
    /// <param name="request">The request.</param>
    /// <param name="now">The time of the check.</param>
    /// <summary>Checks the whole request: headers and body.</summary>
    public static SignatureVerdict Check(
        Vendor vendor, GenericAuth? auth, IReadOnlyList<string> secrets, InboundRequest request, DateTimeOffset now)
    {
        if (secrets.Count == 0) return SignatureVerdict.Missing;
        return vendor switch
        {
            Vendor.Stripe => StripeSignature.Check(secrets, request, now),
            Vendor.Zendesk => ZendeskSignature.Check(secrets, request, now),
            Vendor.Segment => SegmentCredentials.Check(secrets, request),
            Vendor.Hubspot => HubspotSignature.Check(secrets, request, now),
            Vendor.Delighted => DelightedSignature.Check(secrets, request),
            Vendor.Generic => GenericSignature.Check(auth ?? new GenericAuth(), secrets, request, now),
        };
    }
}
