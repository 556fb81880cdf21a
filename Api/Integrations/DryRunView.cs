using HealthApi.Core.Integrations;
using HealthApi.Infrastructure.Inbound;

namespace HealthApi.Api.Integrations;

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
