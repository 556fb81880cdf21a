using System.Text.Json;
using System.Text.Json.Nodes;
using HealthApi.Core.Evaluation.Notices;
using HealthApi.Core.Input;

namespace HealthApi.Core.Webhooks;

/// <summary>
/// A type of message: its name, a description of when it is sent, the JSON Schema (2020-12) of its body, and an example.
/// <see cref="Filters"/> names the members of <see cref="WebhookFilter"/> that apply to it; the others do not restrict it. If
/// <see cref="IsState"/>, the message describes the state of an account, and later ones about the same account and thresholds supersede it.
/// </summary>
public sealed record WebhookEventType(
    string Name, string Description, IReadOnlyList<string> Filters, bool IsState, JsonElement Schema, JsonElement Example);

/// <summary>Every type of message that the service sends.</summary>
public static class WebhookEventTypes
{
    public const string HealthThresholdCrossed = "health.threshold_crossed";
    public const string ChurnRiskThresholdCrossed = "churn_risk.threshold_crossed";
    public const string RenewalUpcoming = AccountNotice.RenewalUpcoming;
    public const string AccountChurned = AccountNotice.AccountChurned;
    public const string SignalStale = AccountNotice.SignalStale;

    public const string AlertOpened = "alert.opened";
    public const string AlertUpdated = "alert.updated";
    public const string AlertResolved = "alert.resolved";
    public const string AlertSnoozeEnded = "alert.snooze_ended";

    /// <summary>Sent to one subscription when its owner asks for it.</summary>
    public const string Ping = "webhook.ping";

    /// <summary>Sent to the other subscriptions when the service has disabled a subscription.</summary>
    public const string EndpointDisabled = "endpoint.disabled";

    private const string ExampleTimestamp = "2026-11-22T10:00:00Z";

    private static readonly JsonSerializerOptions Reading =
        new(JsonSerializerOptions.Strict) { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>All types in order of their names.</summary>
    public static IReadOnlyList<WebhookEventType> All { get; } = [.. EmbeddedDocuments.In("Webhooks.EventTypes").Select(Read)];

    /// <summary>The names of all types, in order.</summary>
    public static IReadOnlyList<string> AllNames { get; } = [.. All.Select(type => type.Name)];

    public static bool Exists(string name) => AllNames.Contains(name);

    /// <summary>The type with this name; null if there is none.</summary>
    public static WebhookEventType? Find(string name) => All.FirstOrDefault(type => type.Name == name);

    private static WebhookEventType Read(byte[] json)
    {
        var document = JsonSerializer.Deserialize<Document>(json, Reading)!;
        return new WebhookEventType(
            document.Type, document.Description, document.Filters, document.IsState, Schema(document), Example(document));
    }

    private static JsonElement Schema(Document document) => JsonSerializer.SerializeToElement(new JsonObject
    {
        ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
        ["type"] = "object",
        ["required"] = new JsonArray("type", "timestamp", "data"),
        ["properties"] = new JsonObject
        {
            ["type"] = new JsonObject { ["const"] = document.Type },
            ["timestamp"] = new JsonObject { ["type"] = "string", ["format"] = "date-time" },
            ["data"] = document.Data,
        },
    });

    private static JsonElement Example(Document document) => JsonSerializer.SerializeToElement(new JsonObject
    {
        ["type"] = document.Type,
        ["timestamp"] = ExampleTimestamp,
        ["data"] = document.Example,
    });

    private sealed record Document(
        string Type, string Description, IReadOnlyList<string> Filters, bool IsState, JsonObject Data, JsonObject Example);
}
