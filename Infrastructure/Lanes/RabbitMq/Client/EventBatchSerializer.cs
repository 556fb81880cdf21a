using System.Net.Mime;
using MassTransit;
using MassTransit.Serialization;

namespace HealthApi.Infrastructure.Lanes.RabbitMq.Client;

/// <summary>
/// Puts <see cref="EventBatch.Payload"/> on the wire unchanged: no JSON, no base64, no envelope except the broker's own properties. Every
/// message in a lane queue is read as a batch, no matter who wrote it; a message that is not a batch is parked when it is decoded.
/// </summary>
internal sealed class EventBatchSerializer : ISerializerFactory, IMessageSerializer, IMessageDeserializer
{
    public ContentType ContentType { get; } = new("application/vnd.healthapi.event-batch");

    public IMessageSerializer CreateSerializer() => this;

    public IMessageDeserializer CreateDeserializer() => this;

    public MessageBody GetMessageBody<T>(SendContext<T> context)
        where T : class =>
        context.Message is EventBatch batch
            ? new EventBatchBody(batch.Payload)
            : throw new NotSupportedException($"Lanes carry {nameof(EventBatch)}, not {typeof(T).Name}.");

    public ConsumeContext Deserialize(ReceiveContext receiveContext) =>
        new BodyConsumeContext(
            receiveContext, Deserialize(receiveContext.Body, receiveContext.TransportHeaders, receiveContext.InputAddress));

    public SerializerContext Deserialize(MessageBody body, Headers headers, Uri? destinationAddress = null) =>
        new EventBatchContext(this, new EventBatch(body.GetBytes()), headers, destinationAddress);

    public MessageBody GetMessageBody(string text) => new StringMessageBody(text);

    public void Probe(ProbeContext context) => context.CreateScope("eventBatch").Add("contentType", ContentType.MediaType);
}
