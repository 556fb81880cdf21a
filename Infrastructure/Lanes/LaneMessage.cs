using HealthApi.Core.Events;

namespace HealthApi.Infrastructure.Lanes;

/// <summary>A message as a worker takes it from a lane. At most one of <see cref="Row"/> and <see cref="Queue"/> is set.</summary>
/// <param name="Payload">As <see cref="EventBatchCodec"/> wrote it, or what somebody else put there.</param>
public sealed record LaneMessage(ReadOnlyMemory<byte> Payload)
{
    /// <summary>Null for messages of older versions.</summary>
    public LaneMessageId? Id { get; } = EventBatchCodec.IdOf(Payload.Span);

    /// <summary>Where in the lane table it lies.</summary>
    public LaneRow? Row { get; init; }

    /// <summary>The lane of the broker's queue that it came by.</summary>
    public int? Queue { get; init; }

    /// <summary>How many events were counted when it was stored; null where nobody but the payload tells.</summary>
    public int? Counted { get; init; }

    /// <summary>How many events it carries; at least one where nobody knows.</summary>
    public int Events => Counted ?? (EventBatchCodec.Count(Payload.Span) is var count and >= 0 ? count : 1);
}

/// <summary>A row of a lane table; the rows of one table are numbered in the order in which they were acknowledged.</summary>
/// <param name="Table">Tells tables apart: one that was replaced numbers anew.</param>
public sealed record LaneRow(string Table, long Id);
