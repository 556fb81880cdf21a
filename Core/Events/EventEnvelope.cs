namespace HealthApi.Core.Events;

/// <summary>
/// An accepted event on its way down a lane: validated, identified, with <c>data</c> as the minified JSON object that was posted.
/// <see cref="ContentHash"/> covers what the sender said (type, account, occurrence if given, data), so that a repeat can be told from a
/// conflict.
/// </summary>
public sealed record EventEnvelope
{
    public required string Source { get; init; }

    public required string Id { get; init; }

    public required EventType Type { get; init; }

    public required string AccountId { get; init; }

    public required DateTimeOffset OccurredAt { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    public required long ContentHash { get; init; }

    /// <summary>The W3C trace context of the ingesting request, or null.</summary>
    public string? TraceParent { get; init; }

    /// <summary>UTF-8 JSON object.</summary>
    public required ReadOnlyMemory<byte> Data { get; init; }
}
