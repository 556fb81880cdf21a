using HealthApi.Infrastructure.Lanes.RabbitMq.Client;
using MassTransit;
using Microsoft.Extensions.Logging;

namespace HealthApi.Infrastructure.Lanes.RabbitMq.Publishing;

/// <summary>Publishes batches and says of each whether the broker confirmed it: routed to its lane's queue, and durable there.</summary>
internal sealed class LanePublisher : IAsyncDisposable
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(5);

    private readonly ILogger _logger;
    private readonly IPipe<SendContext<EventBatch>>[] _lanes;
    private readonly RunningBus _bus;

    /// <param name="lanes">The lanes that it declares; it also publishes to others that are there.</param>
    public LanePublisher(RabbitMqBus buses, int lanes, ILogger logger)
    {
        _logger = logger;
        _lanes = [
            .. Enumerable.Range(0, MessagingOptions.MaxPartitions)
            .Select(lane => Pipe.Execute<SendContext<EventBatch>>(context => Route(context, lane)))];
        _bus = buses.Start("healthapi publisher", StopTimeout, bus => LaneTopology.Configure(bus, lanes));
    }

    /// <summary>
    /// Null once confirmed, otherwise what stood in the way: no broker, or it refused or returned the batch. A broker that is frozen or in
    /// alarm keeps it waiting, and so must the caller who has waited long enough just go on: a publish that is cancelled can leave the
    /// client's channel without any further confirm. What was given up may still arrive later.
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
