using System.Text.Json.Nodes;
using HealthApi.Core.Events;
using HealthApi.Infrastructure.Evaluation.Parking;

namespace HealthApi.Api.Events;

/// <summary>A parked event or account.</summary>
/// <param name="Kind"><c>event</c> or <c>account</c>.</param>
/// <param name="AccountId">Null for an event whose payload cannot be read.</param>
/// <param name="Bytes">Size of the payload, or of the account's figures.</param>
/// <param name="Event">Null for an account, and for a payload that cannot be read.</param>
internal sealed record ParkedView(
    string Id, string Kind, string? AccountId, DateTimeOffset ParkedAt, string Error, long Bytes, ParkedEventView? Event)
{
    public static ParkedView Of(ParkedEvent parked) => new(
        parked.Id,
        "event",
        parked.AccountId.Length > 0 ? parked.AccountId : null,
        parked.ParkedAt,
        parked.Error,
        parked.Payload.Length,
        parked.Envelope() is { } envelope ? ParkedEventView.Of(envelope) : null);

    public static ParkedView Of(ParkedAccount parked) => new(
        ParkedAccountShelf.IdOf(parked.AccountId), "account", parked.AccountId, parked.ParkedAt, parked.Error, parked.Bytes, null);
}

/// <summary>The content of a parked event.</summary>
internal sealed record ParkedEventView(
    string Source, string Id, string Type, string AccountId, DateTimeOffset OccurredAt, DateTimeOffset ReceivedAt, JsonNode? Data)
{
    public static ParkedEventView Of(EventEnvelope envelope) => new(
        envelope.Source, envelope.Id, envelope.Type.Name(), envelope.AccountId, envelope.OccurredAt, envelope.ReceivedAt,
        JsonNode.Parse(envelope.Data.Span));
}

/// <summary>The outcome of a retry.</summary>
internal sealed record RetriedView(string Id, RetryResult Result);
