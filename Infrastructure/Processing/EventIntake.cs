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
        if (await TryAsync(() => [.. payloads.SelectMany(EventBatchCodec.Decode)], cancellation) is null) return;
        foreach (var payload in payloads) await TakeApartAsync(payload, cancellation);
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

        foreach (var envelope in events)
        {
            if (await TryAsync(() => [envelope], cancellation) is not { } failure) continue;
            logger.LogError(failure, "Parked event {Source}/{Id}: it cannot be processed", envelope.Source, envelope.Id);
            await parked.ParkAsync(EventBatchCodec.Encode([envelope]), envelope, failure.Message, cancellation);
        }
    }

    /// <summary>Null when the events were applied, otherwise what stands in the way of them.</summary>
    private async Task<Exception?> TryAsync(Func<List<EventEnvelope>> events, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await processor.ProcessAsync(events(), cancellation);
                return null;
            }
            catch (DBConcurrencyException) when (attempt < Tries)
            {
                // Another writer was faster: the transaction is run again on what it wrote.
            }
            catch (Exception failure) when (failure is not (StoreUnavailableException or OperationCanceledException))
            {
                return failure;
            }
        }
    }
}
