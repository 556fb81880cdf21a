using MassTransit;

namespace HealthApi.Infrastructure.Lanes.RabbitMq.Client;

/// <summary>
/// What stands on the broker: a direct exchange whose routing key is the lane's number, a quorum queue with one active consumer for each
/// lane, and one queue where that is kept which could not be processed. Publishers and workers declare the same, whoever comes first.
/// </summary>
internal static class LaneTopology
{
    public const string Exchange = "healthapi.lanes";

    /// <summary>Parked messages: failed with an error that is no outage, or delivered too often (their worker dies of them).</summary>
    public const string Parked = "healthapi.lanes_error";

    /// <summary>
    /// Stated, since brokers from 4.0 on assume 20. Every message prefetched by a worker that dies counts one up, so it must lie far above
    /// the restarts of a bad day.
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
        // Dead-lettering loses messages unless it is told not to, and that asks for this overflow.
        queue.SetQueueArgument("x-dead-letter-strategy", "at-least-once");
        queue.SetQueueArgument("x-overflow", "reject-publish");
    }

    /// <summary>
    /// MassTransit gives an error queue the arguments of the queue it belongs to; the parked ones stay until somebody looks.
    /// </summary>
    public static void ConfigureParked(IRabbitMqQueueConfigurator queue)
    {
        foreach (var argument in (string[])["x-delivery-limit", "x-dead-letter-exchange", "x-dead-letter-strategy", "x-overflow"])
            queue.SetQueueArgument(argument, null!);
        queue.SingleActiveConsumer = false;
        queue.SetQuorumQueue();
    }

    /// <summary>Declares everything before the first publish on a channel, and again after one was returned.</summary>
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
