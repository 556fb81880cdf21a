using HealthApi.Core.Events;

namespace HealthApi.Infrastructure.Evaluation.Parking;

/// <summary>
/// A parked event, or a whole payload that could not be read. A payload has no source, event id and account id; they are empty.
/// </summary>
public sealed record ParkedEvent
{
    public string Id { get; init; } = "";

    public string Source { get; init; } = "";

    public string EventId { get; init; } = "";

    public string AccountId { get; init; } = "";

    public byte[] Payload { get; init; } = [];

    public string Error { get; init; } = "";

    public DateTimeOffset ParkedAt { get; init; }

    /// <summary>The event as it was accepted; null where the payload cannot be read.</summary>
    public EventEnvelope? Envelope()
    {
        try
        {
            return EventBatchCodec.Decode(Payload) is [var envelope] ? envelope : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}

/// <summary>Where a page of parked events ended.</summary>
public sealed record ParkedPosition(DateTimeOffset ParkedAt, string Id);
