using System.Runtime.InteropServices;
using System.Text.Json;
using HealthApi.Core.Integrations.Delighted;
using HealthApi.Core.Integrations.Generic;
using HealthApi.Core.Integrations.Hubspot;
using HealthApi.Core.Integrations.Segment;
using HealthApi.Core.Integrations.Stripe;
using HealthApi.Core.Integrations.Zendesk;

namespace HealthApi.Core.Integrations;

/// <summary>
/// Translates payloads of vendors to events, facts and links. It is a pure function, so a payload that waited for its account gives the
/// same items later. Every part of a payload becomes exactly one item, so an error in one part does not affect the others.
/// </summary>
public static class Translator
{
    /// <summary>The largest number of parts of a payload.</summary>
    public const int MaxParts = 5_000;

    /// <summary>The largest part in bytes. It is limited because the part is stored unchanged while its customer is unknown.</summary>
    public const int MaxPartBytes = 256 * 1024;

    /// <summary>
    /// Returns null if the payload has more than <see cref="MaxParts"/> parts, or a part has more than <see cref="MaxPartBytes"/> bytes.
    /// </summary>
    /// <param name="vendor">The vendor of the payload.</param>
    /// <param name="body">Well-formed JSON.</param>
    /// <param name="context">The rest of the input.</param>
    public static IReadOnlyList<InboundItem>? Translate(Vendor vendor, ReadOnlyMemory<byte> body, InboundContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        using var document = JsonDocument.Parse(body);
        var parts = Parts(vendor, document.RootElement, context);
        return parts.Count > MaxParts || parts.Exists(part => JsonMarshal.GetRawUtf8Value(part).Length > MaxPartBytes) ? null
            : [.. parts.Select(part => Translate(vendor, part, context))];
    }

    private static InboundItem Translate(Vendor vendor, JsonElement part, InboundContext context) => vendor switch
    {
        Vendor.Stripe => StripeTranslator.Translate(part, context),
        Vendor.Zendesk => ZendeskTranslator.Translate(part, context),
        Vendor.Segment => SegmentTranslator.Translate(part, context),
        Vendor.Hubspot => HubspotTranslator.Translate(part, context),
        Vendor.Delighted => DelightedTranslator.Translate(part, context),
        Vendor.Generic => GenericTranslator.Translate(part, context),
    };

    private static List<JsonElement> Parts(Vendor vendor, JsonElement root, InboundContext context)
    {
        var list = vendor switch
        {
            Vendor.Segment => root.At("batch"),
            Vendor.Generic when context.Mapping?.Items is { } items => root.Pointer(items),
            _ => root,
        };
        return list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray().Take(MaxParts + 1)] : [root];
    }
}
