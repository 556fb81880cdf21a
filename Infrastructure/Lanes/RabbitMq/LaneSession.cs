using HealthApi.Core.Events;
using MassTransit;
using MassTransit.Middleware;
using MassTransit.RabbitMqTransport;
using Microsoft.Extensions.Logging;

namespace HealthApi.Infrastructure.Lanes.RabbitMq;

/// <summary>
/// The lanes' consumers over one connection, until it breaks. A new session takes its place: MassTransit's own reconnecting waits up to half a
/// minute, and gives up on some ways a consumer can end.
/// </summary>
internal sealed class LaneSession : IReceiveEndpointObserver, IAsyncDisposable
{
    private const int Prefetch = 64;
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(15), StopTimeout = TimeSpan.FromSeconds(25);

    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _broken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly LaneReader[] _lanes;
    private readonly IBusControl _bus;

    public LaneSession(RabbitMqBus buses, int lanes, LaneHandler handler, TimeProvider time, ILogger logger)
    {
        var retry = LaneRetry.Create(time);
        _lanes = [.. Enumerable.Range(0, lanes).Select(_ => new LaneReader(handler, retry, logger, _stopping.Token))];
        _bus = buses.Create("healthapi worker", Configure);
        _bus.ConnectReceiveEndpointObserver(this);
    }

    /// <summary>Ends when the session is broken, or cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(StartTimeout);
        var started = _bus.StartAsync(timeout.Token);
        await (await Task.WhenAny(started, _broken.Task));
        await _broken.Task.WaitAsync(cancellation);
    }

    /// <summary>Stops taking messages and finishes those that are here.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        try
        {
            await _bus.StopAsync(StopTimeout);
        }
        finally
        {
            await Task.WhenAll(_lanes.Select(lane => lane.CompleteAsync()));
            _stopping.Dispose();
        }
    }

    public Task Ready(ReceiveEndpointReady ready) => Task.CompletedTask;

    public Task Stopping(ReceiveEndpointStopping stopping) => Task.CompletedTask;

    public Task Completed(ReceiveEndpointCompleted completed)
    {
        _broken.TrySetResult();
        return Task.CompletedTask;
    }

    public Task Faulted(ReceiveEndpointFaulted faulted)
    {
        _broken.TrySetException(faulted.Exception ?? new InvalidOperationException("A lane's consumer ended."));
        return Task.CompletedTask;
    }

    private void Configure(IRabbitMqBusFactoryConfigurator bus)
    {
        bus.SendTopology.ErrorQueueNameFormatter = new ParkedQueueName();
        bus.SendTopology.ConfigureErrorSettings = LaneTopology.ConfigureParked;
        for (var lane = 0; lane < _lanes.Length; lane++)
        {
            var reader = _lanes[lane];
            bus.ReceiveEndpoint(LaneTopology.Queue(lane), endpoint => Configure(endpoint, reader));
        }
    }

    private static void Configure(IRabbitMqReceiveEndpointConfigurator endpoint, LaneReader reader)
    {
        endpoint.ConfigureConsumeTopology = false;
        endpoint.PublishFaults = false;
        endpoint.PrefetchCount = Prefetch;
        endpoint.ConcurrentMessageLimit = Prefetch;
        endpoint.BindDeadLetterQueue(LaneTopology.Parked, LaneTopology.Parked, LaneTopology.ConfigureParked);
        LaneTopology.ConfigureLane(endpoint);
        endpoint.ConfigureError(error =>
        {
            error.UseFilter(new HandBackFilter());
            error.UseFilter(new ErrorTransportFilter());
        });
        endpoint.Handler<EventBatch>(message => reader.SettleAsync(ToDelivery(message)));
    }

    private static LaneDelivery ToDelivery(ConsumeContext<EventBatch> message)
    {
        var payload = message.Message.Payload;
        return new LaneDelivery(
            message.ReceiveContext.GetPayload<ChannelContext>(),
            message.ReceiveContext.GetPayload<RabbitMqBasicConsumeContext>().DeliveryTag,
            payload,
            EventBatchCodec.Count(payload.Span));
    }

    private sealed class ParkedQueueName : IErrorQueueNameFormatter
    {
        public string FormatErrorQueueName(string queueName) => LaneTopology.Parked;
    }
}
