using System.Threading.Channels;
using HealthApi.Api.Tests.Support.Broker;
using HealthApi.Infrastructure.Lanes.RabbitMq.Client;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace HealthApi.Api.Tests.Infrastructure.Lanes.RabbitMq;

/// <summary>Inspects and changes the queues with the plain RabbitMQ client, as an operator could.</summary>
internal sealed class BrokerView(string uri)
{
    /// <summary>Number of consumers of the lane, including those that wait.</summary>
    public int Consumers(int lane) => RabbitMqBroker.Shared
        .Control("list_consumers", "-p", new Uri(uri).AbsolutePath.TrimStart('/'), "queue_name")
        .Split('\n').Count(line => line == LaneTopology.Queue(lane));

    /// <summary>Number of messages in the queue that are not delivered to a consumer.</summary>
    public Task<uint> ReadyAsync(string queue) => WithChannelAsync(channel => channel.MessageCountAsync(queue));

    public Task<uint> DeleteAsync(int lane) => WithChannelAsync(channel => channel.QueueDeleteAsync(LaneTopology.Queue(lane)));

    /// <summary>Waits for the next message and removes it from the queue.</summary>
    public Task<BasicDeliverEventArgs> TakeAsync(string queue) => WithChannelAsync(async channel =>
    {
        var message = await (await ConsumeAsync(channel, queue)).ReadAsync();
        await channel.BasicAckAsync(message.DeliveryTag, multiple: false);
        return message;
    });

    /// <summary>Publishes any message to a lane, as everyone with the password could.</summary>
    public Task<bool> PublishAsync(int lane, string contentType, byte[] body) => WithChannelAsync(async channel =>
    {
        var properties = new BasicProperties { ContentType = contentType };
        await channel.BasicPublishAsync("", LaneTopology.Queue(lane), mandatory: true, properties, body);
        return true;
    });

    /// <summary>Takes the next message and returns it, repeatedly, until a message is in the other queue. Returns how often.</summary>
    public Task<int> RequeueUntilInAsync(string otherQueue, string queue) => WithChannelAsync(async channel =>
    {
        var messages = await ConsumeAsync(channel, queue);
        for (var times = 0; ; times++)
        {
            var next = messages.WaitToReadAsync().AsTask();
            while (!next.IsCompleted)
                if (await channel.MessageCountAsync(otherQueue) > 0) return times;
            var message = await messages.ReadAsync();
            await channel.BasicNackAsync(message.DeliveryTag, multiple: false, requeue: true);
        }
    });

    // Not basic.get: queues with a single active consumer refuse it.
    private static async Task<ChannelReader<BasicDeliverEventArgs>> ConsumeAsync(IChannel channel, string queue)
    {
        var messages = Channel.CreateUnbounded<BasicDeliverEventArgs>();
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += async (_, message) => await messages.Writer.WriteAsync(Copy(message));
        await channel.BasicQosAsync(0, prefetchCount: 1, global: false);
        await channel.BasicConsumeAsync(queue, autoAck: false, consumer);
        return messages.Reader;
    }

    // The body is memory of the client and is valid only during the call.
    private static BasicDeliverEventArgs Copy(BasicDeliverEventArgs message) => new(
        message.ConsumerTag, message.DeliveryTag, message.Redelivered, message.Exchange, message.RoutingKey, message.BasicProperties,
        message.Body.ToArray());

    private async Task<T> WithChannelAsync<T>(Func<IChannel, Task<T>> ask)
    {
        var factory = new ConnectionFactory { Uri = new Uri(uri) };
        await using var connection = await factory.CreateConnectionAsync();
        var confirms = new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true);
        await using var channel = await connection.CreateChannelAsync(confirms);
        return await ask(channel);
    }
}
