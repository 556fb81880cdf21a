using System.Text.Json;
using HealthApi.Core.Webhooks;

namespace HealthApi.Api.Webhooks;

/// <summary>
/// A type of message in the list: its schema and example, the members of a filter that apply to it, and whether it describes a state, so
/// that a later message replaces an earlier one.
/// </summary>
internal sealed record WebhookEventTypeView(
    string Type, string Description, IReadOnlyList<string> Filters, bool IsState, JsonElement Schema, JsonElement Example)
{
    public static WebhookEventTypeView Of(WebhookEventType type) =>
        new(type.Name, type.Description, type.Filters, type.IsState, type.Schema, type.Example);
}
