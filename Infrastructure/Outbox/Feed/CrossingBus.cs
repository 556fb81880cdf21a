using HealthApi.Infrastructure.Lanes.RabbitMq;
using MassTransit;
using Microsoft.Extensions.Logging;

namespace HealthApi.Infrastructure.Outbox.Feed;

/// <summary>Publishes crossings as MassTransit messages, over a connection of its own that does not outlive a day without crossings unasked.</summary>
internal sealed class CrossingBus(RabbitMqBus buses, TimeProvider time, ILogger<CrossingBus> logger) : IAsyncDisposable
{
    /// <summary>How long a confirm is waited for, outside the client, which can hold a call for longer when the broker is frozen.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(5);

    private readonly RunningBus _bus = buses.StartJson("healthapi crossings", StopTimeout);

    /// <summary>
    /// Publishes in order and says how many from the first on the broker has confirmed, without a gap. What comes after the first unconfirmed one may
    /// have arrived too; publishing it again restores the order.
    /// </summary>
    public async Task<int> PublishAsync(IReadOnlyList<FeedEntry> entries)
    {
        using var deadline = new CancellationTokenSource(Deadline, time);
        // Begun in order and not awaited one by one: the client writes them to the channel in this order.
        var confirms = entries.Select(entry => TryPublishAsync(entry, deadline.Token)).ToArray();
        try
        {
            await Task.WhenAll(confirms).WaitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            // The deadline: what is not confirmed by now counts as not confirmed.
        }

        return confirms.TakeWhile(confirm => confirm is { IsCompletedSuccessfully: true, Result: true }).Count();
    }

    public ValueTask DisposeAsync() => _bus.DisposeAsync();

    private async Task<bool> TryPublishAsync(FeedEntry entry, CancellationToken deadline)
    {
        try
        {
            var exchange = await _bus.PublishEndpointAsync<ThresholdCrossed>();
            await exchange.Send(entry.ToMessage(), Pipe.Execute<SendContext<ThresholdCrossed>>(context => Describe(context, entry)), deadline);
            return true;
        }
        catch (Exception failure)
        {
            logger.LogDebug(failure, "The crossing {MessageId} was not confirmed", entry.MessageId);
            return false;
        }
    }

    private static void Describe(SendContext<ThresholdCrossed> context, FeedEntry entry)
    {
        context.MessageId = entry.BusId;
        if (entry.Trace is { } trace) context.Headers.Set("traceparent", trace);
        var message = context.GetPayload<RabbitMqSendContext>();
        message.Durable = true;
        message.AwaitAck = true;
    }
}
