using System.Text.Json;
using System.Text.Json.Nodes;
using HealthApi.Core.Imports;

namespace HealthApi.Core.Integrations.Generic;

/// <summary>Translates payloads of any JSON webhook by the integration's own mapping.</summary>
internal static class GenericTranslator
{
    private static readonly Dictionary<string, IReadOnlyDictionary<string, string>> NoLookups = [];

    public static InboundItem Translate(JsonElement json, InboundContext context)
    {
        var part = new InboundPart(json, null, context.Mapping?.Kind is { } kind ? Value(json, kind).Text() : "payload", context);
        if (context.Mapping is not { } mapping) return part.Unmapped("The integration has no mapping.");
        var outputs = new List<MappedOutput>();
        new RowMapper(mapping.Mapping, NoLookups)
            .Map(new ImportRow([.. mapping.Mapping.Columns.Select(column => Cell(Value(json, column)))]), outputs);
        if (outputs.Count == 0) return part.Unmapped("No condition of the mapping holds.");
        var mistakes = outputs.SelectMany(output => output.Errors.Select(error => $"{output.Pointer}{error.Pointer}: {error.Detail}"))
            .ToList();
        return mistakes.Count > 0 ? part.Unmapped(string.Join(' ', mistakes)) : Build(part, outputs);
    }

    private static InboundItem Build(InboundPart part, List<MappedOutput> outputs)
    {
        string? customer = null;
        var events = new List<EventDraft>();
        AccountFacts? facts = null;
        foreach (var output in outputs)
        {
            var json = JsonNode.Parse(output.Json)!.AsObject();
            var owner = Take(json, output.Kind == OutputKind.Account ? "id" : "accountId");
            if (owner is null || (customer is not null && owner != customer))
                return part.Unmapped($"{output.Pointer}: all outputs of a part must name the same customer.");
            customer = owner;
            if (output.Kind == OutputKind.Account)
                facts = AccountFacts.Of(part.Context.ReceivedAt, overrides: true, JsonElement.Parse(json.ToJsonString()), name => name);
            else if (Draft(json) is { } draft) events.Add(draft);
            else return part.Unmapped($"{output.Pointer}: an event needs id, type and occurredAt.");
        }

        return part.Change(customer, facts, events);
    }

    private static EventDraft? Draft(JsonObject json)
    {
        var (id, type, at) = (Take(json, "id"), Take(json, "type"), Take(json, "occurredAt"));
        if (id is null || type is null || at is null || InboundTimes.Text(at) is not { } time) return null;
        var data = json["data"] as JsonObject ?? [];
        return new EventDraft(id, type, time, (JsonObject)data.DeepClone());
    }

    private static string? Take(JsonObject json, string name) => json[name] is JsonValue value ? value.ToString() : null;

    /// <summary>The value at a JSON pointer, or at member names joined by dots.</summary>
    private static JsonElement Value(JsonElement json, string column) =>
        column.StartsWith('/') ? json.Pointer(column) : json.At(column.Split('.'));

    private static string Cell(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!.Trim(),
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => "",
    };
}
