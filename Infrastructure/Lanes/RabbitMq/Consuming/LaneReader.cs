using System.Threading.Channels;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Lanes.RabbitMq.Client;
using Microsoft.Extensions.Logging;
using Polly;

namespace HealthApi.Infrastructure.Lanes.RabbitMq.Consuming;

/// <summary>
/// Processes one lane at a worker: passes the messages that have arrived, in order, to one call of the handler, and settles them after it.
/// More messages arrive while the handler works; there is no timer between an arrival and its processing.
/// </summary>
internal sealed class LaneReader
{
    private const int MaxEvents = 2_000;
    private static readonly TimeSpan GapPatience = TimeSpan.FromMilliseconds(200);

    private readonly Channel<LaneDelivery> _arrived = Channel.CreateUnbounded<LaneDelivery>(new() { SingleReader = true });
    private readonly LaneSequence _sequence = new();
    private readonly LaneHandler _handler;
    private readonly ResiliencePipeline _retry;
    private readonly Func<StoreOutage> _outage;
    private readonly ILogger _logger;
    private readonly CancellationToken _stopping;
    private readonly Task _reading;

    /// <param name="outage">Returns the outage object of the current consumers, to which the reader reports that it gives up.</param>
    /// <param name="stopping">Ends the wait for an unavailable store; a running handler call finishes.</param>
    public LaneReader(LaneHandler handler, ResiliencePipeline retry, Func<StoreOutage> outage, ILogger logger, CancellationToken stopping)
    {
        (_handler, _retry, _outage, _logger, _stopping) = (handler, retry, outage, logger, stopping);
        _reading = Task.Run(ReadAsync, CancellationToken.None);
    }

    /// <summary>Completes when the delivery is applied or parked; fails when the broker must deliver it again or park it.</summary>
    public Task SettleAsync(LaneDelivery delivery) =>
        _arrived.Writer.TryWrite(delivery) ? delivery.Settled.Task : throw new OperationCanceledException("The lane has stopped.");

    /// <summary>Finishes the messages that have arrived.</summary>
    public Task CompleteAsync()
    {
        _arrived.Writer.TryComplete();
        return _reading;
    }

    private async Task ReadAsync()
    {
        while (_sequence.HasReady || await ArriveAsync())
        {
            while (_arrived.Reader.TryRead(out var delivery)) _sequence.Add(delivery);
            if (_sequence.HasReady) await ApplyAsync(_sequence.Take(MaxEvents));
        }
    }

    /// <returns>False when no message will arrive any more and none waits.</returns>
    private async Task<bool> ArriveAsync()
    {
        if (!_sequence.HasGap) return await _arrived.Reader.WaitToReadAsync(CancellationToken.None);
        using var patience = new CancellationTokenSource(GapPatience);
        try
        {
            if (await _arrived.Reader.WaitToReadAsync(patience.Token)) return true;
        }
        catch (OperationCanceledException)
        {
            _logger.LogDebug("Skipped a gap in the delivery tags of a lane after 200 ms.");
        }

        _sequence.SkipGap();
        return true;
    }

    private async Task ApplyAsync(List<LaneDelivery> deliveries)
    {
        try
        {
            await HandleAsync(deliveries);
            foreach (var delivery in deliveries) delivery.Settled.TrySetResult();
        }
        catch (Exception failure) when (deliveries.Count > 1 && !LaneRetry.IsOutage(failure))
        {
            _logger.LogError(failure, "{Count} messages of a lane failed together; each is processed alone.", deliveries.Count);
            foreach (var delivery in deliveries) await ApplyAsync([delivery]);
        }
        catch (Exception failure)
        {
            if (LaneRetry.IsOutage(failure)) await GiveUpAsync();
            else _logger.LogError(failure, "A message of a lane cannot be processed and is parked in {Queue}.", LaneTopology.Parked);
            foreach (var delivery in deliveries) delivery.Settled.TrySetException(failure);
        }
    }

    /// <summary>
    /// Completes when the consumers have stopped, or when the process is stopping: messages that are handed back after that are not
    /// delivered to this worker again.
    /// </summary>
    private async Task GiveUpAsync()
    {
        if (_stopping.IsCancellationRequested) return;
        await _outage().GiveUpAsync(_stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task HandleAsync(List<LaneDelivery> deliveries)
    {
        if (_outage().IsStopped) throw new StoreUnavailableException("The consumers are stopped until the store answers.");
        LaneMessage[] messages = [.. deliveries.Select(delivery => delivery.ToMessage()).OfType<LaneMessage>()];
        if (messages.Length > 0) await _retry.ExecuteAsync(_ => new ValueTask(_handler(messages, CancellationToken.None)), _stopping);
    }
}
