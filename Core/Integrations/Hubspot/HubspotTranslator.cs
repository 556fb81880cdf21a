using System.Text.Json;
using System.Text.Json.Nodes;
using HealthApi.Core.Events;

namespace HealthApi.Core.Integrations.Hubspot;

/// <summary>
/// Notifications of HubSpot's webhooks (developers.hubspot.com/docs/api/webhooks), in the older form (<c>ticket.creation</c>) and the
/// generic one (<c>object.creation</c> with an <c>objectTypeId</c>). A notification about a ticket does not name the company; its event
/// waits until an association links the two.
/// </summary>
internal static class HubspotTranslator
{
    private const string CompanyType = "0-2", TicketType = "0-5", TicketPrefix = "ticket:", ClosedStage = "4";

    public static InboundItem Translate(JsonElement json, InboundContext context)
    {
        var kind = json.Text("subscriptionType") ?? json.Text("eventType");
        var part = new InboundPart(json, Key(json), Name(kind, json.Text("objectTypeId")), context);
        if (json.Text("objectId") is null && json.Text("fromObjectId") is null) return part.Unmapped("The notification names no object.");
        if (InboundTimes.Milliseconds(json.At("occurredAt")) is not { } at) return part.Unmapped("The notification has no time.");
        return part.Kind switch
        {
            "ticket.creation" => Ticket(part, EventType.TicketOpened, at, []),
            "ticket.propertyChange" => TicketProperty(part, at),
            "ticket.associationChange" or "company.associationChange" => Association(part, at),
            "company.creation" => part.Silent(),
            "company.propertyChange" => CompanyProperty(part, at),
            _ => part.Unmapped("This kind of notification is not mapped."),
        };
    }

    /// <summary>
    /// The key of a notification. HubSpot's event id alone is not unique, and a retry differs only in <c>attemptNumber</c>.
    /// </summary>
    private static string? Key(JsonElement json) => json.Text("eventId") is { } id
        ? string.Join(':', id, json.Text("subscriptionId"), json.Text("objectId") ?? json.Text("fromObjectId"), json.Text("occurredAt"))
        : null;

    private static string? Name(string? kind, string? objectType) => objectType switch
    {
        CompanyType => kind?.Replace("object.", "company.", StringComparison.Ordinal),
        TicketType => kind?.Replace("object.", "ticket.", StringComparison.Ordinal),
        _ => kind,
    };

    private static InboundItem Ticket(InboundPart part, EventType type, DateTimeOffset at, JsonObject data)
    {
        var id = part.Json.Text("objectId")!;
        data["ticketId"] = id;
        return part.Change(TicketPrefix + id, part.Event(type, at, data));
    }

    private static InboundItem TicketProperty(InboundPart part, DateTimeOffset at)
    {
        var value = part.Json.Text("propertyValue");
        return part.Json.Text("propertyName") switch
        {
            "hs_ticket_priority" => Ticket(part, EventType.TicketUpdated, at, Priority(value)),
            "hs_pipeline_stage" => Ticket(part, value == ClosedStage ? EventType.TicketClosed : EventType.TicketUpdated, at, []),
            "closed_date" => Ticket(part, value is null ? EventType.TicketReopened : EventType.TicketResolved, at, []),
            "hs_lastmodifieddate" => part.Silent(),
            { } name => part.Unmapped($"The property '{name}' is not mapped.", TicketPrefix + part.Json.Text("objectId")),
            null => part.Unmapped("The notification names no property."),
        };
    }

    private static InboundItem CompanyProperty(InboundPart part, DateTimeOffset at)
    {
        if (part.Json.Text("propertyName") is not { } property) return part.Unmapped("The notification names no property.");
        var company = part.Json.Text("objectId");
        var facts = AccountFacts.Of(at, overrides: true, Field(property), part.Json.At("propertyValue"));
        return facts.Values.Count > 0 ? part.Change(company, facts) : part.Unmapped($"The property '{property}' is not mapped.", company);
    }

    private static string Field(string property) => property switch
    {
        "hubspot_owner_id" => "owner",
        "renewal_date" => "renewalDate",
        "seats" => "licences",
        _ => property,
    };

    private static InboundItem Association(InboundPart part, DateTimeOffset at)
    {
        var (from, to) = (part.Json.Text("fromObjectId"), part.Json.Text("toObjectId"));
        var type = part.Json.Text("associationType");
        if (type == "COMPANY_TO_TICKET") (from, to) = (to, from);
        else if (type != "TICKET_TO_COMPANY") return part.Unmapped("This kind of association is not mapped.");
        if (part.Json.At("associationRemoved").ValueKind == JsonValueKind.True) return part.Silent();
        return from is null || to is null ? part.Unmapped("The association does not name both objects.")
            : part.Link(new CustomerLink(TicketPrefix + from, to, at));
    }

    private static JsonObject Priority(string? word) => word?.ToUpperInvariant() switch
    {
        "URGENT" => new JsonObject { ["priority"] = "p1" },
        "HIGH" => new JsonObject { ["priority"] = "p2" },
        "MEDIUM" => new JsonObject { ["priority"] = "p3" },
        "LOW" => new JsonObject { ["priority"] = "p4" },
        _ => [],
    };
}
