using MassTransit;

namespace HealthApi.Infrastructure.Lanes.RabbitMq.Client;

/// <summary>
/// The objects at the broker: a direct exchange whose routing key is the lane's number, a quorum queue with one active consumer for each
/// lane, and one queue for the messages that could not be processed. Publishers and workers declare the same objects, so either may start
/// first.
/// </summary>
internal static class LaneTopology
{
    public const string Exchange = "healthapi.lanes";

    /// <summary>
    /// The queue of parked messages: they failed with an error that is not an outage, or were delivered too often (for example because they
    /// kill their worker).
    /// </summary>
    public const string Parked = "healthapi.lanes_error";

    /// <summary>
    /// Set explicitly, since brokers from 4.0 on assume 20. Every message that a dying worker had prefetched counts one delivery more, so
    /// the limit must be far above the number of restarts on a bad day.
    /// </summary>
    private const int DeliveryLimit = 100;

    public static string Queue(int lane) => $"healthapi.lane.{lane}";

    public static string RoutingKey(int lane) => lane.ToString();

    public static void ConfigureLane(IRabbitMqQueueConfigurator queue)
    {
        queue.SetQuorumQueue();
        queue.SingleActiveConsumer = true;
        queue.SetQueueArgument("x-delivery-limit", DeliveryLimit);
        queue.SetQueueArgument("x-dead-letter-exchange", Parked);
        // Dead-lettering can lose messages unless its strategy is at-least-once, which requires this overflow setting.
        queue.SetQueueArgument("x-dead-letter-strategy", "at-least-once");
        queue.SetQueueArgument("x-overflow", "reject-publish");
    }

    /// <summary>
    /// Removes the arguments that MassTransit copies from the lane's queue to its error queue. Parked messages stay until an operator
    /// handles them.
    /// </summary>
    public static void ConfigureParked(IRabbitMqQueueConfigurator queue)
    {
        foreach (var argument in (string[])["x-delivery-limit", "x-dead-letter-exchange", "x-dead-letter-strategy", "x-overflow"])
            queue.SetQueueArgument(argument, null!);
        queue.SingleActiveConsumer = false;
        queue.SetQuorumQueue();
    }

    /// <summary>Declares everything before the first publish on a channel, and again after a message was returned.</summary>
    public static void Configure(IRabbitMqBusFactoryConfigurator bus, int lanes)
    {
        bus.Message<EventBatch>(message => message.SetEntityName(Exchange));
        bus.Publish<EventBatch>(publish =>
        {
            publish.ExchangeType = RabbitMQ.Client.ExchangeType.Direct;
            foreach (var lane in Enumerable.Range(0, lanes)) publish.BindQueue(Exchange, Queue(lane), queue => BindLane(queue, lane));
            publish.BindQueue(Parked, Parked, ConfigureParked);
        });
    }

    private static void BindLane(IRabbitMqQueueBindingConfigurator queue, int lane)
    {
        queue.ExchangeType = RabbitMQ.Client.ExchangeType.Direct;
        queue.RoutingKey = RoutingKey(lane);
        ConfigureLane(queue);
    }
}
