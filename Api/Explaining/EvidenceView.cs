using System.Text.Json.Nodes;
using HealthApi.Api.Http;
using HealthApi.Core.Events;
using HealthApi.Core.Primitives;
using HealthApi.Core.Signals;
using HealthApi.Infrastructure.Events;
using HealthApi.Infrastructure.Explaining;

namespace HealthApi.Api.Explaining;

internal sealed record EvidenceView(
    string AccountId, string Signal, DateTimeOffset AsOf, object? Value, IEnumerable<EvidenceEventView> Data, string? NextCursor)
{
    public static EvidenceView Of(Signal signal, EvidencePage page) => new(
        page.Standing.Account.Id,
        signal.Name(),
        page.Standing.AsOf,
        page.Standing.Signals[signal].ToObject(),
        page.Events.Select(EvidenceEventView.Of),
        page.Next is { } next
            ? Cursors.Encode(
                new EvidenceEndpoint.EvidenceCursor(page.Standing.AsOf.ToMicroseconds(), next.At.ToMicroseconds(), next.Source, next.Id))
            : null);
}

internal sealed record EvidenceEventView(
    string Id, string Type, string Source, DateTimeOffset OccurredAt, DateTimeOffset ReceivedAt, JsonNode? Data)
{
    public static EvidenceEventView Of(StoredEvent stored)
    {
        var happened = stored.Logged.Event;
        return new EvidenceEventView(
            happened.Id, happened.Type.Name(), happened.Source, happened.OccurredAt, stored.Logged.ReceivedAt, JsonNode.Parse(stored.Data));
    }
}
