using HealthApi.Core.Events;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Lanes.RabbitMq.Client;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HealthApi.Infrastructure.Lanes.RabbitMq.Publishing;

/// <summary>
/// Lanes over RabbitMQ. A batch that the broker does not confirm within <see cref="RabbitMqOptions.PublishTimeout"/> is appended to the
/// store's lane table. From then on every batch is appended there at once, until the broker confirms again.
/// </summary>
internal sealed class RabbitMqTransport : ILaneTransport, IHostedService, IAsyncDisposable
{
    private static readonly TimeSpan FreshEnough = TimeSpan.FromSeconds(2);
    private static readonly ReadOnlyMemory<byte> NoEvents = EventBatchCodec.Encode([]);

    private readonly LanePublisher _publisher;
    private readonly QueueCounter _counter;
    private readonly QueueDepths _depths;
    private readonly BrokerCircuit _circuit;
    private readonly ILaneTable _table;
    private readonly LanePartitions _partitions;
    private readonly AcceptingProcess _process;
    private readonly LaneSignal _signal;
    private readonly TimeProvider _time;
    private readonly TimeSpan _publishTimeout;
    private Task<string?>? _probe;
    private int _suspectLane;
    private long _confirmedAt;

    public RabbitMqTransport(
        RabbitMqBus buses, IOptions<MessagingOptions> options, LanePartitions partitions, AcceptingProcess process, ILaneTable table,
        ReadLaneProgress progress, LaneSignal signal, TimeProvider time,
        ILogger<RabbitMqTransport> logger)
    {
        (_partitions, _process, _table, _signal, _time) = (partitions, process, table, signal, time);
        Writers = options.Value.Partitions;
        _publishTimeout = options.Value.RabbitMq.PublishTimeout;
        _circuit = new BrokerCircuit(ProbeAsync, time, logger);
        _publisher = new LanePublisher(buses, Writers, logger);
        _counter = new QueueCounter(buses, partitions);
        _depths = new QueueDepths(_counter.CountAsync, progress, time, logger);
    }

    /// <summary>One for each lane: while an append waits for its confirms, the next events of the lane gather.</summary>
    public int Writers { get; }

    public TimeSpan BacklogFreshness => QueueDepths.Every;

    public async Task AppendAsync(IReadOnlyList<LaneBatch> batches, CancellationToken cancellation)
    {
        var unconfirmed = _circuit.IsOpen ? batches : await PublishAsync(batches);
        if (unconfirmed.Count == 0) return;
        await _table.AppendAsync(unconfirmed, cancellation);
        _signal.Set();
    }

    /// <summary>
    /// Publishes markers behind the messages confirmed so far, then reads the last row of the lane table, which holds everything that was
    /// not confirmed. While the broker is unavailable there is no mark: events that it confirmed before would come after a mark written
    /// elsewhere.
    /// </summary>
    public async Task<LaneMark> MarkAsync(string accountId, CancellationToken cancellation)
    {
        await _partitions.LookAsync(cancellation);
        LaneMarker[] markers = [.. _partitions.Of(accountId).Select(lane => new LaneMarker(lane, _process.NextMessage()))];
        await RepeatAsync(markers, cancellation);
        return new LaneMark(await _table.LastAsync(cancellation), markers);
    }

    public async Task RepeatAsync(IReadOnlyList<LaneMarker> markers, CancellationToken cancellation)
    {
        if (_circuit.IsOpen) throw new StoreUnavailableException("The broker is unavailable: an account's lanes cannot be marked.");
        var unconfirmed =
            await PublishAsync([.. markers.Select(marker => new LaneBatch(marker.Lane, 0, EventBatchCodec.Encode([], marker.Id)))]);
        if (unconfirmed.Count > 0) throw new StoreUnavailableException("The broker does not confirm: an account's lanes cannot be marked.");
    }

    public async Task<LaneBacklog> BacklogAsync(CancellationToken cancellation)
    {
        // The table first: a batch that is drained from it meanwhile does not move to the broker.
        var table = await _table.BacklogAsync(cancellation);
        var queued = await QueuedAsync(cancellation);
        return new LaneBacklog(table.Events + queued.Events, Earlier(table.Oldest, queued.Oldest)) { Queues = queued.Queues };
    }

    public async Task<IReadOnlyList<LaneQueue>> FormerAsync(CancellationToken cancellation) =>
        [.. (await QueuedAsync(cancellation)).Queues.Where(queue => queue.Lane >= Writers)];

    /// <summary>Answers from the last confirm while that is fresh; an idle process probes the broker.</summary>
    public async Task<bool> IsReachableAsync(CancellationToken cancellation)
    {
        if (_circuit.IsOpen) return false;
        if (_time.GetElapsedTime(Volatile.Read(ref _confirmedAt)) >= FreshEnough) await ProbeOrOpenAsync(cancellation);
        return !_circuit.IsOpen;
    }

    /// <summary>
    /// Waits for the first confirm, so that the first request finds an open connection. An unavailable broker delays the start by at most
    /// <see cref="RabbitMqOptions.PublishTimeout"/>.
    /// </summary>
    public Task StartAsync(CancellationToken cancellationToken) => ProbeOrOpenAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _circuit.DisposeAsync();
        await _counter.DisposeAsync();
        await _publisher.DisposeAsync();
    }

    /// <summary>The backlog of the queues; the one read last where the broker does not answer.</summary>
    private async Task<LaneBacklog> QueuedAsync(CancellationToken cancellation) =>
        _circuit.IsOpen ? _depths.Last : await _depths.ReadAsync(cancellation);

    /// <returns>The batches that were not confirmed in time.</returns>
    private async Task<IReadOnlyList<LaneBatch>> PublishAsync(IReadOnlyList<LaneBatch> batches)
    {
        using var timeout = new CancellationTokenSource(_publishTimeout, _time);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _circuit.Opened);
        // All sends start in order before the first is awaited: the client writes them to the lane's channel in this order.
        var confirms = batches.Select(batch => _publisher.TryPublishAsync(batch.Lane, batch.Payload)).ToArray();
        await WhenAllAsync(confirms, deadline.Token);
        var obstacles = confirms.Select(ObstacleTo).ToArray();
        for (var index = 0; index < batches.Count; index++)
            if (obstacles[index] is null) _depths.Published(batches[index]);

        var first = Array.FindIndex(obstacles, obstacle => obstacle is not null);
        if (first < 0)
        {
            Volatile.Write(ref _confirmedAt, _time.GetTimestamp());
            return [];
        }

        Volatile.Write(ref _suspectLane, batches[first].Lane);
        _circuit.Open(obstacles[first]!);
        return [.. batches.Where((_, index) => obstacles[index] is not null)];
    }

    private async Task ProbeOrOpenAsync(CancellationToken cancellation)
    {
        if (await ProbeAsync(cancellation) is { } reason && !cancellation.IsCancellationRequested) _circuit.Open(reason);
    }

    /// <returns>Null when the broker confirms, otherwise the reason why it does not.</returns>
    private async Task<string?> ProbeAsync(CancellationToken cancellation)
    {
        using var timeout = new CancellationTokenSource(_publishTimeout, _time);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        // A probe that still waits is reused, so that a long outage does not leave hundreds of them.
        if (Volatile.Read(ref _probe) is not { IsCompleted: false } confirm)
            Volatile.Write(ref _probe, confirm = _publisher.TryPublishAsync(Volatile.Read(ref _suspectLane), NoEvents));
        await WhenAllAsync([confirm], deadline.Token);
        var obstacle = ObstacleTo(confirm);
        if (obstacle is null) Volatile.Write(ref _confirmedAt, _time.GetTimestamp());
        return obstacle;
    }

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => one is null || other < one ? other : one;

    private static string? ObstacleTo(Task<string?> confirm) => confirm.IsCompletedSuccessfully ? confirm.Result : "no confirm in time";

    private static async Task WhenAllAsync(Task<string?>[] confirms, CancellationToken deadline)
    {
        try
        {
            await Task.WhenAll(confirms).WaitAsync(deadline);
        }
        catch (OperationCanceledException)
        {
            // The deadline has passed: what is not confirmed by now counts as not confirmed.
        }
    }
}
