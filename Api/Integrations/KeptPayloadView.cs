using System.Text.Json;
using HealthApi.Infrastructure.Integrations;

namespace HealthApi.Api.Integrations;

/// <summary>A stored payload.</summary>
internal sealed record KeptPayloadView(
    string Id, string Kind, string Key, string? Customer, string Reason, DateTimeOffset ReceivedAt, JsonElement Payload)
{
    public static KeptPayloadView Of(KeptPayload kept) =>
        new(kept.Id, kept.Kind, kept.ItemKey, kept.Reference, kept.Reason, kept.ReceivedAt, JsonElement.Parse(kept.Payload));
}
