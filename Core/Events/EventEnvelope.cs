namespace HealthApi.Core.Events;

/// <summary>
/// An accepted event in a lane: validated and identified, with <c>data</c> as the posted JSON object without white space.
/// <see cref="ContentHash"/> covers what the sender stated (type, account, occurrence if given, data); it distinguishes a duplicate from a
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
