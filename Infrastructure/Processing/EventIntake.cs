using System.Data;
using HealthApi.Core.Events;
using HealthApi.Infrastructure.Database;
using Microsoft.Extensions.Logging;

namespace HealthApi.Infrastructure.Processing;

/// <summary>What a lane hands its messages to, whichever transport brought them.</summary>
public sealed class EventIntake(EventBatchProcessor processor, ParkedEventStore parked, ILogger<EventIntake> logger)
{
    private const int Tries = 3;

    /// <summary>
    /// Processes lane payloads in one transaction where possible. A payload that cannot be processed is taken apart, so that only the bad
    /// event is parked. When this returns everything is applied or parked, and the messages may be acknowledged.
    /// </summary>
    /// <exception cref="StoreUnavailableException">Not everything was applied; deliver the same again later.</exception>
    public async Task ProcessAsync(IReadOnlyList<ReadOnlyMemory<byte>> payloads, CancellationToken cancellation)
    {
        var (_, failure) = await TryAsync(() => [.. payloads.SelectMany(EventBatchCodec.Decode)], Announcement.Tell, cancellation);
        if (failure is null) return;
        foreach (var payload in payloads) await TakeApartAsync(payload, cancellation);
    }

    /// <summary>As the other, for events that came by no lane; tells what became of them.</summary>
    /// <exception cref="StoreUnavailableException">Not everything was applied; hand over the same again later.</exception>
    public async Task<EventTally> ProcessAsync(IReadOnlyList<EventEnvelope> events, Announcement announcement, CancellationToken cancellation)
    {
        var (tally, failure) = await TryAsync(() => events, announcement, cancellation);
        return failure is null ? tally : await OneByOneAsync(events, announcement, cancellation);
    }

    private async Task TakeApartAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellation)
    {
        List<EventEnvelope> events;
        try
        {
            events = EventBatchCodec.Decode(payload);
        }
        catch (FormatException failure)
        {
            await parked.ParkAsync(payload, null, failure.Message, cancellation);
            return;
        }

        await OneByOneAsync(events, Announcement.Tell, cancellation);
    }

    private async Task<EventTally> OneByOneAsync(IReadOnlyList<EventEnvelope> events, Announcement announcement, CancellationToken cancellation)
    {
        var total = default(EventTally);
        foreach (var envelope in events)
        {
            var (tally, failure) = await TryAsync(() => [envelope], announcement, cancellation);
            total += tally;
            if (failure is null) continue;
            logger.LogError(failure, "Parked event {Source}/{Id}: it cannot be processed", envelope.Source, envelope.Id);
            await parked.ParkAsync(EventBatchCodec.Encode([envelope]), envelope, Reason(failure), cancellation);
            total += new EventTally(0, 0, 0, 1);
        }

        return total;
    }

    /// <summary>What callers may read; of our own mistakes only the log tells more.</summary>
    private static string Reason(Exception failure) => failure is FormatException ? failure.Message : "The service failed on it; its log of this time tells more.";

    /// <summary>What became of the events, or what stands in the way of them.</summary>
    private async Task<(EventTally Tally, Exception? Failure)> TryAsync(
        Func<IReadOnlyList<EventEnvelope>> events, Announcement announcement, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return (await processor.ProcessAsync(events(), cancellation, announcement), null);
            }
            catch (DBConcurrencyException) when (attempt < Tries)
            {
                // Another writer was faster: the transaction is run again on what it wrote.
            }
            catch (DBConcurrencyException crowd)
            {
                // No fault of the events: they come again.
                throw new StoreUnavailableException("Other writers are always faster.", crowd);
            }
            catch (Exception failure) when (failure is not (StoreUnavailableException or OperationCanceledException))
            {
                return (default, failure);
            }
        }
    }
}
