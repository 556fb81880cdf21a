using System.Text.Json;
using HealthApi.Core.Webhooks;

namespace HealthApi.Api.Webhooks;

/// <summary>
/// A type of message as it is listed: what it looks like, which members of a filter narrow it, and whether a later one makes it old news.
/// </summary>
internal sealed record WebhookEventTypeView(
    string Type, string Description, IReadOnlyList<string> Filters, bool IsState, JsonElement Schema, JsonElement Example)
{
    public static WebhookEventTypeView Of(WebhookEventType type) =>
        new(type.Name, type.Description, type.Filters, type.IsState, type.Schema, type.Example);
}
