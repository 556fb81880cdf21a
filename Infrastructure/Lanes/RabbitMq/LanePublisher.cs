using MassTransit;
using Microsoft.Extensions.Logging;

namespace HealthApi.Infrastructure.Lanes.RabbitMq;

/// <summary>Publishes batches and says of each whether the broker confirmed it: routed to its lane's queue, and durable there.</summary>
internal sealed class LanePublisher : IAsyncDisposable
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(5);

    private readonly RabbitMqBus _buses;
    private readonly ILogger _logger;
    private readonly IPipe<SendContext<EventBatch>>[] _lanes;
    private Task<IBusControl> _bus;

    public LanePublisher(RabbitMqBus buses, int lanes, ILogger logger)
    {
        _buses = buses;
        _logger = logger;
        _lanes = [.. Enumerable.Range(0, lanes).Select(lane => Pipe.Execute<SendContext<EventBatch>>(context => Route(context, lane)))];
        _bus = StartBusAsync();
    }

    /// <summary>
    /// True once confirmed. False when the broker refused or returned it, or the deadline passed first; then it may still arrive later. The
    /// caller must not wait longer than the deadline: a frozen broker holds the client longer than that.
    /// </summary>
    public async Task<bool> TryPublishAsync(int lane, ReadOnlyMemory<byte> payload, CancellationToken deadline)
    {
        try
        {
            var bus = await _bus;
            var exchange = await bus.GetPublishSendEndpoint<EventBatch>();
            await exchange.Send(new EventBatch(payload), _lanes[lane], deadline);
            return true;
        }
        catch (Exception failure)
        {
            _logger.LogDebug(failure, "A batch of lane {Lane} was not confirmed.", lane);
            return false;
        }
    }

    /// <summary>Starts afresh with a new connection; what is under way on the old one is given up.</summary>
    public void Renew()
    {
        var old = Interlocked.Exchange(ref _bus, StartBusAsync());
        _ = StopAsync(old);
    }

    public async ValueTask DisposeAsync() => await StopAsync(_bus);

    private static void Route(SendContext<EventBatch> context, int lane)
    {
        var message = context.GetPayload<RabbitMqSendContext>();
        message.RoutingKey = LaneTopology.RoutingKey(lane);
        message.Mandatory = true;
        message.Durable = true;
        message.AwaitAck = true;
    }

    // Without receive endpoints a bus starts at once, broker or not; the first publish connects.
    private async Task<IBusControl> StartBusAsync()
    {
        var bus = _buses.Create("healthapi publisher", bus => LaneTopology.Configure(bus, _lanes.Length));
        await bus.StartAsync();
        return bus;
    }

    private async Task StopAsync(Task<IBusControl> started)
    {
        try
        {
            var bus = await started;
            await bus.StopAsync(StopTimeout);
        }
        catch (Exception failure)
        {
            _logger.LogDebug(failure, "The publishing connection did not close in time.");
        }
    }
}
