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
/// The consumers of a worker, one for each lane, over one connection. A broker that is unavailable only delays them. If one of them does
/// not come back, all are restarted over another connection. While the store is unavailable for long they stop, and they start again once
/// the store takes a write.
/// </summary>
internal sealed class LaneConsumers(
    RabbitMqBus buses, LanePartitions partitions, LaneHandler handler, StoreProbe probe, LoopHealth health, TimeProvider time,
    ILogger<LaneConsumers> logger)
    : IHostedService, IAsyncDisposable
{
    private const string Name = "lanes";

    /// <summary>
    /// Unacknowledged messages over all lanes: enough for a few transactions per lane where lanes are few, and bounded memory where they
    /// are many.
    /// </summary>
    private const int PrefetchOfAllLanes = 512, LeastPrefetch = 8, MostPrefetch = 64;

    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(25);

    private static readonly TimeSpan RestartPause = TimeSpan.FromSeconds(3), LongestRestartPause = TimeSpan.FromSeconds(30),
        PauseStep = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How often an unavailable store is probed, and how long the consumers rest where the store answers but processing fails again: the
    /// rest doubles each time.
    /// </summary>
    private static readonly TimeSpan AskEvery = TimeSpan.FromSeconds(5), FirstRest = TimeSpan.FromMinutes(1),
        LongestRest = TimeSpan.FromHours(6);

    /// <summary>
    /// The time for the broker to confirm that the consumers are cancelled; a message handed back before that would be delivered here
    /// again.
    /// </summary>
    private static readonly TimeSpan CancelTime = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Lanes whose last batch failed completely.</summary>
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
                logger.LogError(failure, "The lanes' consumers failed; they are restarted.");
            }

            if (isAway) await UntilStoreAnswersAsync(outages = Interlocked.Exchange(ref _applied, 0) > 0 ? 0 : outages + 1);
            else if (!_stopping.IsCancellationRequested) await PauseAsync();
        }
    }

    /// <summary>
    /// Consumes until a consumer does not come back, there are more lanes than before, the store is unavailable for long, or the service
    /// stops.
    /// </summary>
    /// <returns>Whether the store is unavailable.</returns>
    private async Task<bool> ConsumeAsync()
    {
        var outage = new StoreOutage();
        Volatile.Write(ref _outage, outage);
        // Another worker may consume any of the lanes now, and this one would not learn that the lane has recovered. A lane that fails here
        // again is reported again.
        _failing.Clear();
        health.Recovers(Name);
        // The broker uses the machine's clock.
        var watch = new ConsumerWatch(_lanes.Length, TimeProvider.System);
        await using var bus = buses.Start("healthapi worker", StopTimeout, bus => Configure(bus, watch));
        await Task.WhenAny(watch.WaitAsync(_stopping.Token, () => partitions.Count > _lanes.Length), outage.GivenUp);
        if (_stopping.IsCancellationRequested) return false;
        if (!outage.GivenUp.IsCompleted)
        {
            if (AddReaders()) logger.LogInformation("There are {Count} lanes now; the consumers are restarted.", _lanes.Length);
            else logger.LogWarning("A lane's consumer has not come back; the consumers are restarted.");
            return false;
        }

        logger.LogWarning("The store is unavailable: the consumers return their messages to the queues and stop until it answers.");
        var stopping = bus.DisposeAsync();
        await Task.Delay(CancelTime);
        outage.Stopped();
        await stopping;
        return true;
    }

    /// <summary>
    /// Probes by writing, since a full disk can still be read. Where the store answers but the lanes fail again and again, the rests in
    /// between grow, so that the broker's delivery limit is reached only after months.
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
                logger.LogDebug(failure, "The store is still unavailable.");
                await Task.Delay(AskEvery, time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Adds readers for the lanes that have none; false where every lane has one.</summary>
    private bool AddReaders()
    {
        var more = partitions.Count - _lanes.Length;
        if (more > 0)
        {
            _lanes = [
                .. _lanes,
                .. Enumerable.Range(0, more)
                .Select(_ => new LaneReader(ApplyAsync, _retry, () => Volatile.Read(ref _outage), logger, _stopping.Token))];
        }

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
    /// Waits until the other consumers have come back: a consumer that is stopped between two attempts to connect would continue beside its
    /// successor.
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
