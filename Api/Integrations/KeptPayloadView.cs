using System.Text.Json;
using HealthApi.Core.Integrations;
using HealthApi.Infrastructure.Inbound;
using HealthApi.Infrastructure.Integrations;

namespace HealthApi.Api.Integrations;

/// <summary>A stored payload.</summary>
internal sealed record KeptPayloadView(
    string Id, string Kind, string Key, string? Customer, string Reason, DateTimeOffset ReceivedAt, JsonElement Payload)
{
    public static KeptPayloadView Of(KeptPayload kept) =>
        new(kept.Id, kept.Kind, kept.ItemKey, kept.Reference, kept.Reason, kept.ReceivedAt, JsonElement.Parse(kept.Payload));
}

/// <summary>The translation of one part of a sample.</summary>
internal sealed record DryRunView(
    string Kind, string Key, string Outcome, string? Customer, string? AccountId, IEnumerable<object> Events,
    IReadOnlyDictionary<string, object> Facts, IEnumerable<object> Links, string? Reason)
{
    public static DryRunView Of(InboundOutcome outcome)
    {
        var change = outcome.Item as InboundChange;
        return new DryRunView(
            outcome.Item.Kind,
            outcome.Item.Key,
            outcome.State ?? (outcome.Item is SilentPart ? "ignored" : "accepted"),
            outcome.Customer?.Reference ?? change?.Customer,
            outcome.Customer?.AccountId,
            change?.Events.Select(draft => new { draft.Id, draft.Type, draft.OccurredAt, draft.Data }) ?? [],
            change?.Facts?.Values ?? new Dictionary<string, object>(),
            change?.Links.Select(link => new { link.From, link.To }) ?? [],
            outcome.Reason);
    }
}

/// <summary>The translation of the parts of a sample.</summary>
internal sealed record DryRunList(IEnumerable<DryRunView> Items);

/// <summary>How many parts of a payload became events, were parked, stayed unmapped or were ignored.</summary>
internal sealed record ReceiptView(int Accepted, int Parked, int Unmapped, int Ignored)
{
    public static ReceiptView Of(InboundReceipt receipt) => new(receipt.Accepted, receipt.Parked, receipt.Unmapped, receipt.Ignored);
}

/// <summary>The outcome of a retry of an unmapped payload.</summary>
internal sealed record RetriedPayloadView(string Id, int Accepted, int Parked, int Unmapped, int Ignored)
{
    public static RetriedPayloadView Of(string id, InboundReceipt receipt) =>
        new(id, receipt.Accepted, receipt.Parked, receipt.Unmapped, receipt.Ignored);
}

/// <summary>The answer to a tracking call.</summary>
internal sealed record TrackingAnswer(bool Success);
