using System.Text.Json;
using System.Text.Json.Nodes;
using HealthApi.Core.Events;

namespace HealthApi.Core.Integrations.Zendesk;

/// <summary>
/// Zendesk's event webhooks (developer.zendesk.com, ticket events): <c>detail</c> is the state of the ticket, <c>event</c> the change.
/// Words come in capitals and times in nanoseconds. The order of delivery does not matter, because each event has its own time.
/// </summary>
internal static class ZendeskTranslator
{
    private const string Prefix = "zen:event-type:", TicketSubject = "zen:ticket:";
    private const int Best = 5, Worst = 1;

    public static InboundItem Translate(JsonElement json, InboundContext context)
    {
        var part = new InboundPart(json, json.Text("id"), json.Text("type"), context);
        var kind = part.Kind.StartsWith(Prefix, StringComparison.Ordinal) ? part.Kind[Prefix.Length..] : part.Kind;
        return kind switch
        {
            "ticket.created" => Ticket(part, EventType.TicketOpened, Priority(json.At("detail", "priority"))),
            "ticket.priority_changed" => Ticket(part, EventType.TicketUpdated, Priority(json.At("event", "current"))),
            "ticket.status_changed" => Ticket(part, Status(json.At("event")), []),
            "ticket.comment_added" or "ticket.agent_assignment_changed"
                or "ticket.group_assignment_changed" => Ticket(part, EventType.TicketUpdated, []),
            "ticket.csat_received" => Rating(part),
            "ticket.csat_requested" => part.Silent(),
            "organization.created" or "organization.name_changed" => Organization(part),
            _ => part.Unmapped("This kind of event is not mapped.", CustomerOf(json)),
        };
    }

    private static InboundItem Ticket(InboundPart part, EventType type, JsonObject data)
    {
        if (TicketId(part.Json) is not { } ticket) return part.Unmapped("The payload names no ticket.", CustomerOf(part.Json));
        data["ticketId"] = ticket;
        return part.Change(CustomerOf(part.Json), part.Event(type, InboundTimes.Text(part.Json.At("time")), data));
    }

    /// <summary>The event type of a change of status: into solved or closed, or out of them. Any other change is an update.</summary>
    private static EventType Status(JsonElement change) =>
        (IsOver(change.Text("previous")), change.Text("current")?.ToUpperInvariant()) switch
        {
            (false, "SOLVED") => EventType.TicketResolved,
            (_, "CLOSED") => EventType.TicketClosed,
            (true, "NEW" or "OPEN" or "PENDING" or "HOLD") => EventType.TicketReopened,
            _ => EventType.TicketUpdated,
        };

    private static bool IsOver(string? status) => status?.ToUpperInvariant() is "SOLVED" or "CLOSED";

    /// <summary>A rating of a ticket; a later one replaces it. Good and bad map to the ends of the scale.</summary>
    private static InboundItem Rating(InboundPart part)
    {
        var change = part.Json.At("event");
        var rating = change.Text("satisfaction_score", "score") ?? change.Text("satisfaction_rating", "score") ?? change.Text("score")
            ?? change.Text("current");
        if (TicketId(part.Json) is not { } ticket) return part.Unmapped("The payload names no ticket.", CustomerOf(part.Json));
        if (Score(rating) is not { } score)
        {
            return rating?.ToUpperInvariant() is "OFFERED" or "UNOFFERED" ? part.Silent()
                : part.Unmapped("The payload holds no rating.", CustomerOf(part.Json));
        }

        var data = new JsonObject { ["score"] = score, ["ticketId"] = ticket, ["responseId"] = ticket };
        if (part.Json.Id("detail", "requester_id") is { } requester) data["respondentId"] = requester;
        if ((change.Text("satisfaction_score", "comment") ?? change.Text("comment")) is { } comment) data["comment"] = comment;
        return part.Change(CustomerOf(part.Json), part.Event(EventType.CsatResponded, InboundTimes.Text(part.Json.At("time")), data));
    }

    private static int? Score(string? rating) => rating?.ToUpperInvariant() switch
    {
        "GOOD" or "GOOD_WITH_COMMENT" or "GOODWITHCOMMENT" => Best,
        "BAD" or "BAD_WITH_COMMENT" or "BADWITHCOMMENT" => Worst,
        { } text => int.TryParse(text, out var number) && number is >= Worst and <= Best ? number : null,
        null => null,
    };

    private static InboundItem Organization(InboundPart part)
    {
        var (at, id) = (InboundTimes.Text(part.Json.At("time")) ?? part.Context.ReceivedAt, part.Json.Id("detail", "id"));
        return part.Change(id, AccountFacts.Of(at, overrides: false, part.Json.At("detail"), name => name == "name" ? name : null));
    }

    private static JsonObject Priority(JsonElement word) => word.Text()?.ToUpperInvariant() switch
    {
        "URGENT" => new JsonObject { ["priority"] = "p1" },
        "HIGH" => new JsonObject { ["priority"] = "p2" },
        "NORMAL" => new JsonObject { ["priority"] = "p3" },
        "LOW" => new JsonObject { ["priority"] = "p4" },
        _ => [],
    };

    private static string? TicketId(JsonElement json) => json.Id("detail", "id")
        ?? (json.Text("subject") is { } subject && subject.StartsWith(TicketSubject, StringComparison.Ordinal)
            ? subject[TicketSubject.Length..] : null);

    /// <summary>The organization, or the requester if the ticket has no organization.</summary>
    private static string? CustomerOf(JsonElement json) => json.Id("detail", "organization_id") ?? json.Id("detail", "requester_id");
}
