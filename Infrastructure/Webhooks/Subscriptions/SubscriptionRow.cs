using System.Text.Json;
using HealthApi.Core.Webhooks;

namespace HealthApi.Infrastructure.Webhooks.Subscriptions;

/// <summary>A subscription as stored.</summary>
internal sealed record SubscriptionRow
{
    public const string Columns = """
        id AS Id, url AS Url, event_types AS EventTypes, description AS Description, filter AS Filter, max_per_minute AS MaxPerMinute,
        strict_order AS StrictOrder,
        enabled AS Enabled, disabled_reason AS DisabledReason, secrets AS Secrets, version AS Version, created_at AS CreatedAt
        """;

    public string Id { get; init; } = "";

    public string Url { get; init; } = "";

    public string EventTypes { get; init; } = "[]";

    public string? Description { get; init; }

    public string? Filter { get; init; }

    public long? MaxPerMinute { get; init; }

    public bool StrictOrder { get; init; }

    public bool Enabled { get; init; }

    public string? DisabledReason { get; init; }

    public string Secrets { get; init; } = "";

    public long Version { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public static string Write(IReadOnlyList<string> eventTypes) => JsonSerializer.Serialize(eventTypes);

    public static string? Write(WebhookFilter? filter) =>
        filter is null ? null : JsonSerializer.Serialize(filter, JsonSerializerOptions.Web);

    public WebhookSubscription ToSubscription()
    {
        var filter = Filter is null ? null : JsonSerializer.Deserialize<WebhookFilter>(Filter, JsonSerializerOptions.Web);
        var settings = new WebhookSettings(
            Url, JsonSerializer.Deserialize<string[]>(EventTypes)!, Description, filter, (int?)MaxPerMinute)
        { StrictOrder = StrictOrder };
        return new WebhookSubscription(Id, Version, settings, Enabled, DisabledReason, CreatedAt);
    }
}
