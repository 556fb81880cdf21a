using MassTransit;
using MassTransit.Serialization;

namespace HealthApi.Infrastructure.Lanes.RabbitMq.Client;

/// <summary>A received message as MassTransit needs it: the batch, and the broker's properties for everything else.</summary>
internal sealed class EventBatchContext(EventBatchSerializer serializer, EventBatch batch, Headers headers, Uri? destination)
    : RawMessageContext(headers, destination, RawSerializerOptions.CopyHeaders), SerializerContext
{
    private static readonly string[] MessageTypes = [MessageUrn.ForTypeString<EventBatch>()];

    // Header values are MassTransit's own, and JSON where they are structured; the body is not read here.
    private static readonly SystemTextJsonMessageSerializer HeaderValues = SystemTextJsonMessageSerializer.Instance;

    public string[] SupportedMessageTypes => MessageTypes;

    public bool IsSupportedMessageType<T>()
        where T : class => IsSupportedMessageType(typeof(T));

    public bool IsSupportedMessageType(Type messageType) => messageType == typeof(EventBatch);

    public bool TryGetMessage<T>(out T? message)
        where T : class
    {
        message = batch as T;
        return message is not null;
    }

    public bool TryGetMessage(Type messageType, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out object? message)
    {
        message = IsSupportedMessageType(messageType) ? batch : null;
        return message is not null;
    }

    public IMessageSerializer GetMessageSerializer() => serializer;

    public IMessageSerializer GetMessageSerializer<T>(MessageEnvelope envelope, T message)
        where T : class => serializer;

    public IMessageSerializer GetMessageSerializer(object message, string[] messageTypes) => serializer;

    public Dictionary<string, object> ToDictionary<T>(T? message)
        where T : class => [];

    public T? DeserializeObject<T>(object? value, T? defaultValue = null)
        where T : class => HeaderValues.DeserializeObject(value, defaultValue);

    public T? DeserializeObject<T>(object? value, T? defaultValue = null)
        where T : struct => HeaderValues.DeserializeObject(value, defaultValue);

    public MessageBody SerializeObject(object? value) => HeaderValues.SerializeObject(value);
}
