using System.Buffers.Binary;
using System.Text;
using HealthApi.Core.Primitives;

namespace HealthApi.Core.Events;

/// <summary>
/// Encodes the payload of a lane message: a format byte, a count, then each envelope as length-prefixed UTF-8 fields. The data of an event
/// is never serialized again: the worker reads and the event log stores the bytes that the API wrote. The id of the message follows the
/// events, where older versions do not read. Payloads of older versions have no id.
/// </summary>
public static class EventBatchCodec
{
    private const byte Format = 1;
    private const int HeadBytes = 5, FixedBytes = 25, LengthBytes = 4, Lengths = 5, FrameBytes = FixedBytes + (Lengths * LengthBytes),
        IdBytes = 24;

    // These bytes are not UTF-8. A payload without an id ends with the UTF-8 text of its last event, so it cannot end with them.
    private const ulong IdMark = 0xFF_4C_41_4E_45_49_44_FF;

    /// <summary>An upper bound of the bytes that <see cref="Encode"/> needs for an envelope.</summary>
    public static int Size(EventEnvelope envelope) =>
        FrameBytes + envelope.Data.Length
        + (3 * (envelope.Source.Length + envelope.Id.Length + envelope.AccountId.Length + (envelope.TraceParent?.Length ?? 0)));

    /// <param name="envelopes">May be empty; an empty message with an id marks a position in its lane.</param>
    /// <param name="id">The id of the message; null only in payloads of older versions.</param>
    public static byte[] Encode(IReadOnlyList<EventEnvelope> envelopes, LaneMessageId? id = null)
    {
        var size = HeadBytes + (id is null ? 0 : IdBytes);
        for (var index = 0; index < envelopes.Count; index++) size += Measure(envelopes[index]);
        var payload = GC.AllocateUninitializedArray<byte>(size);
        payload[0] = Format;
        BinaryPrimitives.WriteInt32LittleEndian(payload.AsSpan(1), envelopes.Count);
        var rest = payload.AsSpan(HeadBytes);
        for (var index = 0; index < envelopes.Count; index++) Write(ref rest, envelopes[index]);
        if (id is { } known) Write(rest, known);
        return payload;
    }

    /// <summary>The id of the message, read without decoding the events; null if it has none.</summary>
    public static LaneMessageId? IdOf(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < HeadBytes + IdBytes) return null;
        var tail = payload[^IdBytes..];
        return BinaryPrimitives.ReadUInt64LittleEndian(tail[16..]) == IdMark
            ? new LaneMessageId(BinaryPrimitives.ReadInt64LittleEndian(tail), BinaryPrimitives.ReadInt64LittleEndian(tail[8..]))
            : null;
    }

    /// <exception cref="FormatException">The payload was not written by <see cref="Encode"/>, or it is damaged.</exception>
    public static List<EventEnvelope> Decode(ReadOnlyMemory<byte> payload)
    {
        try
        {
            if (payload.Span[0] != Format) throw new FormatException($"Unknown lane payload format {payload.Span[0]}.");
            var count = Count(payload.Span);
            if (count < 0) throw new FormatException("Damaged lane payload.");
            var envelopes = new List<EventEnvelope>(count);
            var rest = payload[HeadBytes..];
            while (envelopes.Count < count) envelopes.Add(Read(ref rest));
            // Bytes that remain mean that the count is damaged; without this check accepted events would be lost.
            var isWhole = rest.Length == 0 || (rest.Length == IdBytes && IdOf(payload.Span) is not null);
            return isWhole ? envelopes : throw new FormatException("Damaged lane payload.");
        }
        catch (Exception failure) when (failure is ArgumentOutOfRangeException or IndexOutOfRangeException)
        {
            throw new FormatException("Truncated lane payload.", failure);
        }
    }

    /// <summary>
    /// The number of events that a payload states, without reading them; −1 if <see cref="Encode"/> did not write it or if it is too short
    /// for that many events.
    /// </summary>
    public static int Count(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < HeadBytes || payload[0] != Format) return -1;
        var count = BinaryPrimitives.ReadInt32LittleEndian(payload[1..]);
        return count >= 0 && count <= (payload.Length - HeadBytes) / FrameBytes ? count : -1;
    }

    /// <summary>The exact number of bytes of an encoded envelope.</summary>
    private static int Measure(EventEnvelope envelope) =>
        FrameBytes + Encoding.UTF8.GetByteCount(envelope.Source) + Encoding.UTF8.GetByteCount(envelope.Id)
        + Encoding.UTF8.GetByteCount(envelope.AccountId) + Encoding.UTF8.GetByteCount(envelope.TraceParent ?? "") + envelope.Data.Length;

    private static void Write(ref Span<byte> rest, EventEnvelope envelope)
    {
        rest[0] = (byte)envelope.Type;
        BinaryPrimitives.WriteInt64LittleEndian(rest[1..], envelope.OccurredAt.ToMicroseconds());
        BinaryPrimitives.WriteInt64LittleEndian(rest[9..], envelope.ReceivedAt.ToMicroseconds());
        BinaryPrimitives.WriteInt64LittleEndian(rest[17..], envelope.ContentHash);
        rest = rest[FixedBytes..];
        WriteText(ref rest, envelope.Source);
        WriteText(ref rest, envelope.Id);
        WriteText(ref rest, envelope.AccountId);
        WriteText(ref rest, envelope.TraceParent ?? "");
        BinaryPrimitives.WriteInt32LittleEndian(rest, envelope.Data.Length);
        envelope.Data.Span.CopyTo(rest[LengthBytes..]);
        rest = rest[(LengthBytes + envelope.Data.Length)..];
    }

    private static void Write(Span<byte> tail, LaneMessageId id)
    {
        BinaryPrimitives.WriteInt64LittleEndian(tail, id.Process);
        BinaryPrimitives.WriteInt64LittleEndian(tail[8..], id.Number);
        BinaryPrimitives.WriteUInt64LittleEndian(tail[16..], IdMark);
    }

    private static EventEnvelope Read(ref ReadOnlyMemory<byte> rest)
    {
        var fixedPart = rest.Span[..FixedBytes];
        var type = (EventType)fixedPart[0];
        var occurredAt = Instant.FromMicroseconds(BinaryPrimitives.ReadInt64LittleEndian(fixedPart[1..]));
        var receivedAt = Instant.FromMicroseconds(BinaryPrimitives.ReadInt64LittleEndian(fixedPart[9..]));
        var hash = BinaryPrimitives.ReadInt64LittleEndian(fixedPart[17..]);
        rest = rest[FixedBytes..];
        var (source, id, accountId, trace) = (ReadText(ref rest), ReadText(ref rest), ReadText(ref rest), ReadText(ref rest));
        return new EventEnvelope
        {
            Source = source,
            Id = id,
            Type = type,
            AccountId = accountId,
            OccurredAt = occurredAt,
            ReceivedAt = receivedAt,
            ContentHash = hash,
            TraceParent = trace.Length == 0 ? null : trace,
            Data = ReadBytes(ref rest),
        };
    }

    private static void WriteText(ref Span<byte> rest, string text)
    {
        var length = Encoding.UTF8.GetBytes(text, rest[LengthBytes..]);
        BinaryPrimitives.WriteInt32LittleEndian(rest, length);
        rest = rest[(LengthBytes + length)..];
    }

    private static string ReadText(ref ReadOnlyMemory<byte> rest) => Encoding.UTF8.GetString(ReadBytes(ref rest).Span);

    private static ReadOnlyMemory<byte> ReadBytes(ref ReadOnlyMemory<byte> rest)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(rest.Span);
        var bytes = rest.Slice(4, length);
        rest = rest[(4 + length)..];
        return bytes;
    }
}
