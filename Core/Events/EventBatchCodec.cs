using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace HealthApi.Core.Events;

/// <summary>
/// The payload of one lane message: a format byte, a count, then each envelope as length-prefixed UTF-8 fields. A second serializer never
/// walks the events: what the API wrote is what the worker reads and what the event log keeps.
/// </summary>
public static class EventBatchCodec
{
    private const byte Format = 1;
    private const int FixedBytes = 25;

    /// <summary>Upper bound of the bytes <see cref="Encode"/> needs for an envelope.</summary>
    public static int Size(EventEnvelope envelope) =>
        FixedBytes + 25 + envelope.Data.Length
        + (3 * (envelope.Source.Length + envelope.Id.Length + envelope.AccountId.Length + (envelope.TraceParent?.Length ?? 0)));

    public static byte[] Encode(IReadOnlyList<EventEnvelope> envelopes)
    {
        var writer = new ArrayBufferWriter<byte>(5 + envelopes.Sum(Size));
        writer.GetSpan(5)[0] = Format;
        BinaryPrimitives.WriteInt32LittleEndian(writer.GetSpan(5)[1..], envelopes.Count);
        writer.Advance(5);
        foreach (var envelope in envelopes) Write(writer, envelope);
        return writer.WrittenSpan.ToArray();
    }

    /// <exception cref="FormatException">The payload is not one that <see cref="Encode"/> wrote.</exception>
    public static List<EventEnvelope> Decode(ReadOnlyMemory<byte> payload)
    {
        try
        {
            if (payload.Span[0] != Format) throw new FormatException($"Unknown lane payload format {payload.Span[0]}.");
            var count = BinaryPrimitives.ReadInt32LittleEndian(payload.Span[1..]);
            if (count < 0 || count > payload.Length) throw new FormatException("Damaged lane payload.");
            var envelopes = new List<EventEnvelope>(count);
            var rest = payload[5..];
            while (envelopes.Count < count) envelopes.Add(Read(ref rest));
            return envelopes;
        }
        catch (Exception failure) when (failure is ArgumentOutOfRangeException or IndexOutOfRangeException)
        {
            throw new FormatException("Truncated lane payload.", failure);
        }
    }

    /// <summary>How many events a payload says it carries, without reading them; −1 if it is none that <see cref="Encode"/> wrote.</summary>
    public static int Count(ReadOnlySpan<byte> payload) =>
        payload.Length >= 5 && payload[0] == Format ? BinaryPrimitives.ReadInt32LittleEndian(payload[1..]) : -1;

    private static void Write(ArrayBufferWriter<byte> writer, EventEnvelope envelope)
    {
        var fixedPart = writer.GetSpan(FixedBytes);
        fixedPart[0] = (byte)envelope.Type;
        BinaryPrimitives.WriteInt64LittleEndian(fixedPart[1..], envelope.OccurredAt.ToMicroseconds());
        BinaryPrimitives.WriteInt64LittleEndian(fixedPart[9..], envelope.ReceivedAt.ToMicroseconds());
        BinaryPrimitives.WriteInt64LittleEndian(fixedPart[17..], envelope.ContentHash);
        writer.Advance(FixedBytes);
        WriteText(writer, envelope.Source);
        WriteText(writer, envelope.Id);
        WriteText(writer, envelope.AccountId);
        WriteText(writer, envelope.TraceParent ?? "");
        WriteLength(writer, envelope.Data.Length);
        writer.Write(envelope.Data.Span);
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

    private static void WriteText(ArrayBufferWriter<byte> writer, string text)
    {
        WriteLength(writer, Encoding.UTF8.GetByteCount(text));
        Encoding.UTF8.GetBytes(text, writer);
    }

    private static void WriteLength(ArrayBufferWriter<byte> writer, int length)
    {
        BinaryPrimitives.WriteInt32LittleEndian(writer.GetSpan(4), length);
        writer.Advance(4);
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
