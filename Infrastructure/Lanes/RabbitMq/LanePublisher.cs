using MassTransit;
using Microsoft.Extensions.Logging;

namespace HealthApi.Infrastructure.Lanes.RabbitMq;

/// <summary>Publishes batches and says of each whether the broker confirmed it: routed to its lane's queue, and durable there.</summary>
internal sealed class LanePublisher : IAsyncDisposable
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(5);

    private readonly ILogger _logger;
    private readonly IPipe<SendContext<EventBatch>>[] _lanes;
    private readonly RunningBus _bus;

    public LanePublisher(RabbitMqBus buses, int lanes, ILogger logger)
    {
        _logger = logger;
        _lanes = [.. Enumerable.Range(0, lanes).Select(lane => Pipe.Execute<SendContext<EventBatch>>(context => Route(context, lane)))];
        _bus = buses.Start("healthapi publisher", StopTimeout, bus => LaneTopology.Configure(bus, lanes));
    }

    /// <summary>
    /// Null once confirmed, otherwise what stood in the way: no broker, it refused or returned the batch, or the deadline passed first; then it
    /// may still arrive later. The caller must not wait longer than the deadline: a frozen broker holds the client longer than that.
    /// </summary>
    public async Task<string?> TryPublishAsync(int lane, ReadOnlyMemory<byte> payload, CancellationToken deadline)
    {
        try
        {
            var exchange = await _bus.PublishEndpointAsync<EventBatch>();
            await exchange.Send(new EventBatch(payload), _lanes[lane], deadline);
            return null;
        }
        catch (Exception failure)
        {
            _logger.LogDebug(failure, "A batch of lane {Lane} was not confirmed.", lane);
            return failure.GetBaseException().Message;
        }
    }

    /// <summary>Asks the broker how many batches wait in each lane's queue, over the publisher's connection and a channel that goes with the question.</summary>
    /// <exception cref="Exception">It cannot tell: away, or a queue is missing.</exception>
    public async Task<long[]> DepthsAsync(CancellationToken deadline)
    {
        var depths = new long[_lanes.Length];
        await _bus.WithConnectionAsync(
            async connection =>
            {
                await using var channel = await connection.CreateChannelAsync(cancellationToken: deadline);
                for (var lane = 0; lane < depths.Length; lane++)
                    depths[lane] = await channel.MessageCountAsync(LaneTopology.Queue(lane), deadline);
            },
            deadline);
        return depths;
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
