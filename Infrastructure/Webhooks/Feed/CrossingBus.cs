using System.Collections.Concurrent;
using HealthApi.Infrastructure.Lanes.RabbitMq.Client;
using MassTransit;
using Microsoft.Extensions.Logging;

namespace HealthApi.Infrastructure.Webhooks.Feed;

/// <summary>Publishes crossings as MassTransit messages, over a connection of its own.</summary>
internal sealed class CrossingBus(RabbitMqBus buses, TimeProvider time, ILogger<CrossingBus> logger) : IAsyncDisposable
{
    /// <summary>
    /// How long to wait for a confirm. The deadline is outside of the client, which can hold a call for longer when the broker is frozen.
    /// </summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(5);

    private readonly RunningBus _bus = buses.StartJson("healthapi crossings", StopTimeout);

    /// <summary>
    /// Publishes the entries and returns those that the broker has confirmed. An entry of an account is sent after the previous entry of
    /// the account was confirmed, and none is sent after an unconfirmed one; accounts do not wait for each other. An entry that counts as
    /// unconfirmed may have arrived all the same.
    /// </summary>
    public async Task<IReadOnlyList<FeedEntry>> PublishAsync(IReadOnlyList<FeedEntry> entries)
    {
        using var deadline = new CancellationTokenSource(Deadline, time);
        var confirmed = new ConcurrentQueue<FeedEntry>();
        var accounts = entries.GroupBy(entry => entry.AccountId, StringComparer.Ordinal)
            .Select(account => PublishInOrderAsync(account, confirmed, deadline.Token)).ToArray();
        try
        {
            await Task.WhenAll(accounts).WaitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            // The deadline has passed: what is not confirmed by now counts as not confirmed.
        }

        return [.. confirmed];
    }

    public ValueTask DisposeAsync() => _bus.DisposeAsync();

    private async Task PublishInOrderAsync(IEnumerable<FeedEntry> account, ConcurrentQueue<FeedEntry> confirmed, CancellationToken deadline)
    {
        foreach (var entry in account)
        {
            if (deadline.IsCancellationRequested || !await TryPublishAsync(entry, deadline)) return;
            confirmed.Enqueue(entry);
        }
    }

    private async Task<bool> TryPublishAsync(FeedEntry entry, CancellationToken deadline)
    {
        try
        {
            var message = entry.ToMessage();
            await PublishAsync(message, entry, deadline);
            await PublishAsync(message.ToFormer(), entry, deadline);
            return true;
        }
        catch (Exception failure)
        {
            logger.LogDebug(failure, "The crossing {MessageId} was not confirmed", entry.MessageId);
            return false;
        }
    }

    private async Task PublishAsync<T>(T message, FeedEntry entry, CancellationToken deadline)
        where T : class
    {
        var exchange = await _bus.PublishEndpointAsync<T>();
        await exchange.Send(message, Pipe.Execute<SendContext<T>>(context => Describe(context, entry)), deadline);
    }

    private static void Describe(SendContext context, FeedEntry entry)
    {
        context.MessageId = entry.BusId;
        if (entry.Trace is { } trace) context.Headers.Set("traceparent", trace);
        var message = context.GetPayload<RabbitMqSendContext>();
        message.Durable = true;
        message.AwaitAck = true;
    }
}
