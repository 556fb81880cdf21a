using HealthApi.Core.Integrations.Delighted;
using HealthApi.Core.Integrations.Generic;
using HealthApi.Core.Integrations.Hubspot;
using HealthApi.Core.Integrations.Segment;
using HealthApi.Core.Integrations.Stripe;
using HealthApi.Core.Integrations.Zendesk;

namespace HealthApi.Core.Integrations.Signatures;

/// <summary>Whether a request comes from who knows a secret of the integration, each vendor in its own way.</summary>
public static class VendorSignatures
{
    /// <summary>
    /// What the headers say before the body is there: good where they prove the sender by themselves (a token), null where the body
    /// decides, else why the request is refused whatever its body is. The time is not proved yet, so that only a check of the whole request
    /// makes it count.
    /// </summary>
    /// <param name="vendor">Whose way.</param>
    /// <param name="auth">The way of a generic integration.</param>
    /// <param name="secrets">Every secret that is valid now; none means that none has been set yet.</param>
    /// <param name="request">The request; its body is not looked at.</param>
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

    /// <param name="vendor">Whose way.</param>
    /// <param name="auth">The way of a generic integration.</param>
    /// <param name="secrets">Every secret that is valid now; none means that none has been set yet.</param>
    /// <param name="request">The request.</param>
    /// <param name="now">The time of the check.</param>
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
