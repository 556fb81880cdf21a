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
/// Payloads of vendors to the service's own terms: a pure function, so that a payload which waited for its account says the same later.
/// Every part of a payload becomes exactly one item, so none is lost by another's fault.
/// </summary>
public static class Translator
{
    /// <summary>The most parts that a payload may have.</summary>
    public const int MaxParts = 5_000;

    /// <summary>The most bytes that a part may have: each is kept as it came where nobody claims it.</summary>
    public const int MaxPartBytes = 256 * 1024;

    /// <summary>Null where the payload has more than <see cref="MaxParts"/>, or a part more than <see cref="MaxPartBytes"/>.</summary>
    /// <param name="vendor">Whose payload it is.</param>
    /// <param name="body">Well-formed JSON.</param>
    /// <param name="context">What is needed beside it.</param>
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
