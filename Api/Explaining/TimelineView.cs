using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using HealthApi.Core.Webhooks;
using HealthApi.Infrastructure.Accounts;
using HealthApi.Infrastructure.Evaluation;
using HealthApi.Infrastructure.Evaluation.Writing;

namespace HealthApi.Api.Explaining;

/// <summary>An entry of an account's timeline.</summary>
[JsonDerivedType(typeof(TimelineEventView))]
[JsonDerivedType(typeof(TimelineCrossingView))]
[JsonDerivedType(typeof(TimelineDeliveryView))]
[JsonDerivedType(typeof(TimelineOverrideView))]
[JsonDerivedType(typeof(TimelineAlertView))]
internal abstract record TimelineView([property: JsonPropertyOrder(-1)] string Kind, DateTimeOffset At, string Id, string Type)
{
    public static TimelineView Of(TimelineEntry entry) => entry.Kind switch
    {
        "crossing" => new TimelineCrossingView(
            entry.Kind, entry.At, entry.Id, entry.Type + ".threshold_crossed",
            CrossingMessage.Describe(CrossingJson.FromStored(entry.Body))),
        "delivery" => new TimelineDeliveryView(entry.Kind, entry.At, entry.Id, entry.Type, entry.Source, entry.Body),
        "override" => new TimelineOverrideView(
            entry.Kind, entry.At, entry.Id, entry.Type, entry.Source, OverrideView.Of(OverrideStore.FromTimeline(entry.Body))),
        "alert" => new TimelineAlertView(entry.Kind, entry.At, entry.Id, entry.Type, entry.Source, JsonNode.Parse(entry.Body)!),
        _ => new TimelineEventView(entry.Kind, entry.At, entry.Id, entry.Type, entry.Source, JsonNode.Parse(entry.Body)),
    };
}

/// <summary>An event, or one that conflicts with a stored event.</summary>
internal sealed record TimelineEventView(string Kind, DateTimeOffset At, string Id, string Type, string? Source, JsonNode? Data)
    : TimelineView(Kind, At, Id, Type);

/// <summary>A crossing of a threshold.</summary>
internal sealed record TimelineCrossingView(string Kind, DateTimeOffset At, string Id, string Type, JsonNode Data)
    : TimelineView(Kind, At, Id, Type);

/// <summary>A delivery to a subscription, with its present status.</summary>
internal sealed record TimelineDeliveryView(string Kind, DateTimeOffset At, string Id, string Type, string? SubscriptionId, string Status)
    : TimelineView(Kind, At, Id, Type);

/// <summary>An override; <see cref="By"/> names the key that set it.</summary>
internal sealed record TimelineOverrideView(string Kind, DateTimeOffset At, string Id, string Type, string? By, OverrideView Data)
    : TimelineView(Kind, At, Id, Type);

/// <summary>What happened to an alert; <see cref="By"/> names the key with which a person acted.</summary>
internal sealed record TimelineAlertView(string Kind, DateTimeOffset At, string Id, string Type, string? By, JsonNode Data)
    : TimelineView(Kind, At, Id, Type);
