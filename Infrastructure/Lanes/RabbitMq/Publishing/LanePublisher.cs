using HealthApi.Infrastructure.Lanes.RabbitMq.Client;
using MassTransit;
using Microsoft.Extensions.Logging;

namespace HealthApi.Infrastructure.Lanes.RabbitMq.Publishing;

/// <summary>
/// Publishes batches and reports for each whether the broker confirmed it: routed to its lane's queue, and durable there.
/// </summary>
internal sealed class LanePublisher : IAsyncDisposable
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(5);

    private readonly ILogger _logger;
    private readonly IPipe<SendContext<EventBatch>>[] _lanes;
    private readonly RunningBus _bus;

    /// <param name="lanes">The number of lanes whose queues it declares; it also publishes to other queues that exist.</param>
    public LanePublisher(RabbitMqBus buses, int lanes, ILogger logger)
    {
        _logger = logger;
        _lanes = [
            .. Enumerable.Range(0, MessagingOptions.MaxPartitions)
            .Select(lane => Pipe.Execute<SendContext<EventBatch>>(context => Route(context, lane)))];
        _bus = buses.Start("healthapi publisher", StopTimeout, bus => LaneTopology.Configure(bus, lanes));
    }

    /// <summary>
    /// Null once the batch is confirmed, otherwise the reason why it is not: no broker, or the broker refused or returned the batch. The
    /// call waits as long as the broker is frozen or in alarm. A caller that has waited long enough must abandon the task and not cancel
    /// the publish, because a cancelled publish can leave the client's channel without any further confirms. An abandoned batch may still
    /// arrive later.
    /// </summary>
    public async Task<string?> TryPublishAsync(int lane, ReadOnlyMemory<byte> payload)
    {
        try
        {
            var exchange = await _bus.PublishEndpointAsync<EventBatch>();
            await exchange.Send(new EventBatch(payload), _lanes[lane], CancellationToken.None);
            return null;
        }
        catch (Exception failure)
        {
            _logger.LogDebug(failure, "A batch of lane {Lane} was not confirmed.", lane);
            return failure.GetBaseException().Message;
        }
    }

    public ValueTask DisposeAsync() => _bus.DisposeAsync();

    private static void Route(SendContext<EventBatch> context, int lane)
    {
        var message = context.GetPayload<RabbitMqSendContext>();
        message.RoutingKey = LaneTopology.RoutingKey(lane);
        message.Mandatory = true;
        message.Durable = true;
        message.AwaitAck = true;
    }
}
