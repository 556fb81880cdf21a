using System.Runtime.InteropServices;
using System.Text;
using MassTransit;

namespace HealthApi.Infrastructure.Lanes.RabbitMq.Client;

/// <summary>A payload as MassTransit's message body. An array that contains exactly the payload is passed on without a copy.</summary>
internal sealed class EventBatchBody(ReadOnlyMemory<byte> payload) : MessageBody
{
    public long? Length => payload.Length;

    public Stream GetStream() => new MemoryStream(GetBytes(), writable: false);

    public byte[] GetBytes() =>
        MemoryMarshal.TryGetArray(payload, out var segment) && segment.Offset == 0 && segment.Count == segment.Array!.Length
            ? segment.Array
            : payload.ToArray();

    public string GetString() => Encoding.UTF8.GetString(payload.Span);
}
