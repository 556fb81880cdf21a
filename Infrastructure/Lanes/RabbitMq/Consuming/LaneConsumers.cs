using System.Collections.Concurrent;
using HealthApi.Core.Events;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Hosting;
using HealthApi.Infrastructure.Lanes.RabbitMq.Client;
using MassTransit;
using MassTransit.Middleware;
using MassTransit.RabbitMqTransport;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Polly;

namespace HealthApi.Infrastructure.Lanes.RabbitMq.Consuming;

/// <summary>
/// A worker's consumers, one a lane, over one connection; a broker that is away or comes late only delays them. Should one of them not come
/// back, all are started anew over another connection. While the store is away for long they stop, and start again once it takes a write.
/// </summary>
internal sealed class LaneConsumers(
    RabbitMqBus buses, LanePartitions partitions, LaneHandler handler, StoreProbe probe, LoopHealth health, TimeProvider time,
    ILogger<LaneConsumers> logger)
    : IHostedService, IAsyncDisposable
{
    private const string Name = "lanes";

    /// <summary>
    /// Messages in hand over all lanes: a few transactions' worth each where lanes are few, and bounded memory where they are many.
    /// </summary>
    private const int PrefetchOfAllLanes = 512, LeastPrefetch = 8, MostPrefetch = 64;

    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(25);

    private static readonly TimeSpan RestartPause = TimeSpan.FromSeconds(3), LongestRestartPause = TimeSpan.FromSeconds(30),
        PauseStep = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How often a store that is away is asked, and for how long the consumers rest where it answers and fails again: twice as long each
    /// time.
    /// </summary>
    private static readonly TimeSpan AskEvery = TimeSpan.FromSeconds(5), FirstRest = TimeSpan.FromMinutes(1),
        LongestRest = TimeSpan.FromHours(6);

    /// <summary>
    /// The broker's answer to the end of the consumers; what is handed back before it comes would be delivered here once more.
    /// </summary>
    private static readonly TimeSpan CancelTime = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Lanes of which everything failed when it was tried last.</summary>
    private readonly ConcurrentDictionary<int, bool> _failing = new();
    private readonly ConnectionLog _connection = new(logger);
    private readonly ResiliencePipeline _retry = LaneRetry.Create(time);
    private LaneReader[] _lanes = [];
    private Task _running = Task.CompletedTask;
    private StoreOutage _outage = new();
    private int _applied;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        AddReaders();
        _running = RunAsync();
        return _running.IsFaulted ? _running : Task.CompletedTask;
    }

    /// <summary>Stops taking messages and finishes those that are here.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _running;
        await Task.WhenAll(_lanes.Select(lane => lane.CompleteAsync()));
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None);
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        for (var outages = 0; !_stopping.IsCancellationRequested;)
        {
            var isAway = false;
            try
            {
                isAway = await ConsumeAsync();
            }
            catch (Exception failure) when (failure is not ConfigurationException)
            {
                logger.LogError(failure, "The lanes' consumers failed; they are started anew.");
            }

            if (isAway) await UntilStoreAnswersAsync(outages = Interlocked.Exchange(ref _applied, 0) > 0 ? 0 : outages + 1);
            else if (!_stopping.IsCancellationRequested) await PauseAsync();
        }
    }

    /// <summary>
    /// Ends when a consumer does not come back, when there are more lanes than before, when the store is away for long, or when the service
    /// stops.
    /// </summary>
    /// <returns>Whether the store is away.</returns>
    private async Task<bool> ConsumeAsync()
    {
        var outage = new StoreOutage();
        Volatile.Write(ref _outage, outage);
        // Another worker may get any of the lanes now, and this one would never learn that it has recovered. A lane that fails here again
        // is named again.
        _failing.Clear();
        health.Recovers(Name);
        // The broker lives by the machine's clock.
        var watch = new ConsumerWatch(_lanes.Length, TimeProvider.System);
        await using var bus = buses.Start("healthapi worker", StopTimeout, bus => Configure(bus, watch));
        await Task.WhenAny(watch.WaitAsync(_stopping.Token, () => partitions.Count > _lanes.Length), outage.GivenUp);
        if (_stopping.IsCancellationRequested) return false;
        if (!outage.GivenUp.IsCompleted)
        {
            if (AddReaders()) logger.LogInformation("There are {Count} lanes now; the consumers are started anew.", _lanes.Length);
            else logger.LogWarning("A lane's consumer has not come back; the consumers are started anew.");
            return false;
        }

        logger.LogWarning("The store is away: the lanes' messages go back to their queues, and the consumers stop until it answers.");
        var stopping = bus.DisposeAsync();
        await Task.Delay(CancelTime);
        outage.Stopped();
        await stopping;
        return true;
    }

    /// <summary>
    /// Asks by writing, since a full disk can be read. Where a store that answers fails the lanes again and again, the rests in between
    /// grow, so that the broker's limit of deliveries is months away.
    /// </summary>
    private async Task UntilStoreAnswersAsync(int outagesInRow)
    {
        var rest = outagesInRow < 2 ? TimeSpan.Zero : FirstRest * Math.Pow(2, Math.Min(outagesInRow - 2, 16));
        await Task.Delay(rest < LongestRest ? rest : LongestRest, time, _stopping.Token)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await probe(_stopping.Token);
                logger.LogInformation("The store takes writes again: the lanes' consumers start.");
                return;
            }
            catch (Exception failure)
            {
                logger.LogDebug(failure, "The store is still away.");
                await Task.Delay(AskEvery, time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Readers for lanes that there are more than before; false where there are none.</summary>
    private bool AddReaders()
    {
        var more = partitions.Count - _lanes.Length;
        if (more > 0)
            _lanes = [
                .. _lanes,
                .. Enumerable.Range(0, more)
                .Select(_ => new LaneReader(ApplyAsync, _retry, () => Volatile.Read(ref _outage), logger, _stopping.Token))];
        return more > 0;
    }

    private async Task ApplyAsync(IReadOnlyList<LaneMessage> messages, CancellationToken cancellation)
    {
        try
        {
            await handler(messages, cancellation);
        }
        catch (EverythingFailsException)
        {
            _failing[messages[0].Queue ?? 0] = true;
            health.Fails(Name);
            throw;
        }

        Volatile.Write(ref _applied, 1);
        if (!_failing.IsEmpty && _failing.TryRemove(messages[0].Queue ?? 0, out _) && _failing.IsEmpty) health.Recovers(Name);
    }

    /// <summary>
    /// Lets the other consumers come back first: one that is stopped between two attempts to connect would go on beside its successor.
    /// </summary>
    private async Task PauseAsync()
    {
        for (var paused = TimeSpan.Zero; paused < RestartPause || (_connection.IsAway && paused < LongestRestartPause); paused += PauseStep)
            await Task.Delay(PauseStep, time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void Configure(IRabbitMqBusFactoryConfigurator bus, ConsumerWatch watch)
    {
        bus.SendTopology.ErrorQueueNameFormatter = new ParkedQueueName();
        bus.SendTopology.ConfigureErrorSettings = LaneTopology.ConfigureParked;
        for (var lane = 0; lane < _lanes.Length; lane++)
        {
            var (reader, number) = (_lanes[lane], lane);
            bus.ReceiveEndpoint(LaneTopology.Queue(lane), endpoint =>
            {
                endpoint.ConnectReceiveEndpointObserver(_connection);
                endpoint.ConnectReceiveEndpointObserver(watch);
                Configure(endpoint, reader, number);
            });
        }
    }

    private void Configure(IRabbitMqReceiveEndpointConfigurator endpoint, LaneReader reader, int lane)
    {
        endpoint.ConfigureConsumeTopology = false;
        endpoint.PublishFaults = false;
        var prefetch = Math.Clamp(PrefetchOfAllLanes / _lanes.Length, LeastPrefetch, MostPrefetch);
        endpoint.PrefetchCount = prefetch;
        endpoint.ConcurrentMessageLimit = prefetch;
        endpoint.BindDeadLetterQueue(LaneTopology.Parked, LaneTopology.Parked, LaneTopology.ConfigureParked);
        LaneTopology.ConfigureLane(endpoint);
        endpoint.ConfigureError(error =>
        {
            error.UseFilter(new HandBackFilter());
            error.UseFilter(new ErrorTransportFilter());
        });
        endpoint.Handler<EventBatch>(message => reader.SettleAsync(ToDelivery(message, lane)));
    }

    private static LaneDelivery ToDelivery(ConsumeContext<EventBatch> message, int lane)
    {
        var payload = message.Message.Payload;
        return new LaneDelivery(
            message.ReceiveContext.GetPayload<ChannelContext>(),
            message.ReceiveContext.GetPayload<RabbitMqBasicConsumeContext>().DeliveryTag,
            payload,
            EventBatchCodec.Count(payload.Span))
        {
            Lane = lane,
        };
    }

    private sealed class ParkedQueueName : IErrorQueueNameFormatter
    {
        public string FormatErrorQueueName(string queueName) => LaneTopology.Parked;
    }
}
