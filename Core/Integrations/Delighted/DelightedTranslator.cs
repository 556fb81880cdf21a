using System.Text.Json;
using System.Text.Json.Nodes;
using HealthApi.Core.Events;

namespace HealthApi.Core.Integrations.Delighted;

/// <summary>
/// Survey responses of Delighted (delighted.com/docs/api/webhooks). Delighted sends a response when the score is given and again whenever
/// the score or the comment changes. The <c>responseId</c> makes the newest one count.
/// </summary>
internal static class DelightedTranslator
{
    private const int EasiestThere = 5, EasiestHere = 1;

    private static readonly string[] AccountProperties = ["accountId", "account_id", "companyId", "company_id", "company"];

    public static InboundItem Translate(JsonElement json, InboundContext context)
    {
        var part = new InboundPart(json, json.Text("event_id"), json.Text("event_type"), context);
        var response = json.At("event_data");
        var customer = CustomerOf(response);
        if (part.Kind is not ("survey_response.created" or "survey_response.updated"))
            return part.Unmapped("This kind of event is not mapped.", customer);
        if (response.Whole("score") is not { } score) return part.Unmapped("The response has no score.", customer);
        if (response.Text("id") is not { } id) return part.Unmapped("The response has no id.", customer);
        EventType? type = response.Text("survey_type") switch
        {
            "nps" => EventType.NpsResponded,
            "csat" => EventType.CsatResponded,
            "ces" => EventType.CesResponded,
            _ => null,
        };
        if (type is not { } known) return part.Unmapped("This kind of survey is not mapped.", customer);
        // In Delighted 5 is very easy; in this service 1 is.
        if (known == EventType.CesResponded) score = EasiestThere + EasiestHere - score;
        var at = InboundTimes.Seconds(response.At("updated_at")) ?? InboundTimes.Seconds(response.At("created_at"));
        return part.Change(customer, part.Event(known, at, Data(response, id, score)));
    }

    private static JsonObject Data(JsonElement response, string id, long score)
    {
        var data = new JsonObject { ["score"] = score, ["responseId"] = id };
        if (response.Text("person", "id") is { } person) data["respondentId"] = person;
        if (response.Text("comment") is { } comment) data["comment"] = comment;
        return data;
    }

    /// <summary>A property that names the account (case is ignored), else the person's e-mail address or id.</summary>
    private static string? CustomerOf(JsonElement response)
    {
        if (response.At("person_properties") is { ValueKind: JsonValueKind.Object } properties)
        {
            foreach (var name in AccountProperties)
            {
                foreach (var property in properties.EnumerateObject())
                {
                    if (property.Name.Replace(' ', '_').Equals(name, StringComparison.OrdinalIgnoreCase)
                        && property.Value.Text() is { } value)
                    {
                        return value;
                    }
                }
            }
        }

        return response.Text("person", "email") ?? response.Text("person", "id");
    }
}
