using HealthApi.Core.Events;

namespace HealthApi.Infrastructure.Lanes;

/// <summary>A message as a worker takes it from a lane. At most one of <see cref="Row"/> and <see cref="Queue"/> is set.</summary>
/// <param name="Payload">The bytes that <see cref="EventBatchCodec"/> wrote, or other bytes that were put into the queue.</param>
public sealed record LaneMessage(ReadOnlyMemory<byte> Payload)
{
    /// <summary>Null for messages of older versions.</summary>
    public LaneMessageId? Id { get; } = EventBatchCodec.IdOf(Payload.Span);

    /// <summary>The row of the lane table that holds it; null where it came from the broker.</summary>
    public LaneRow? Row { get; init; }

    /// <summary>The lane of the broker's queue that it came from; null where it came from the lane table.</summary>
    public int? Queue { get; init; }

    /// <summary>The number of events, counted when the message was stored; null where only the payload shows it.</summary>
    public int? Counted { get; init; }

    /// <summary>The number of events that it carries; 1 where the payload cannot be read.</summary>
    public int Events => Counted ?? (EventBatchCodec.Count(Payload.Span) is var count and >= 0 ? count : 1);
}

/// <summary>A row of a lane table; the rows of one table are numbered in the order in which they were acknowledged.</summary>
/// <param name="Table">Identifies the table: one that replaces a lost table numbers its rows from the beginning.</param>
public sealed record LaneRow(string Table, long Id);
