using System.Data;
using System.Data.Common;
using HealthApi.Core.Events;
using HealthApi.Infrastructure.Database;
using Microsoft.Extensions.Logging;

namespace HealthApi.Infrastructure.Processing;

/// <summary>What a lane hands its messages to, whichever transport brought them.</summary>
public sealed class EventIntake(EventBatchProcessor processor, AccountEvaluations evaluations, ParkedEventStore parked, ILogger<EventIntake> logger)
{
    private const int ConflictTries = 3, WholeTries = 2;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// Processes lane payloads in one transaction where possible. A payload that cannot be read is parked whole; a batch that fails is halved, so that
    /// only the bad event is parked. When this returns everything is applied or parked, and the messages may be acknowledged.
    /// </summary>
    /// <exception cref="StoreUnavailableException">Not everything was applied; deliver the same again later.</exception>
    public async Task ProcessAsync(IReadOnlyList<ReadOnlyMemory<byte>> payloads, CancellationToken cancellation)
    {
        var events = new List<EventEnvelope>();
        foreach (var payload in payloads)
        {
            try
            {
                events.AddRange(EventBatchCodec.Decode(payload));
            }
            catch (FormatException failure)
            {
                logger.LogError("Parked a payload of {Bytes} bytes that cannot be read: {Reason}", payload.Length, failure.Message);
                await parked.ParkAsync(payload, null, failure.Message, cancellation);
            }
        }

        await ProcessAsync(events, Announcement.Tell, cancellation);
    }

    /// <summary>As the other, for events that came by no lane; returns what became of them.</summary>
    /// <exception cref="StoreUnavailableException">Not everything was applied; hand over the same again later.</exception>
    public async Task<EventTally> ProcessAsync(IReadOnlyList<EventEnvelope> events, Announcement announcement, CancellationToken cancellation)
    {
        var (tally, failure) = await TryAsync(events, announcement, WholeTries, cancellation);
        if (failure is null) return tally;
        logger.LogWarning(failure, "A batch of {Count} events failed and is halved to find the event that fails", events.Count);
        var halving = new Halving<EventEnvelope>(async half =>
        {
            var (applied, reason) = await TryAsync(half, announcement, 1, cancellation);
            tally += applied;
            return reason;
        });
        foreach (var (poison, reason) in await halving.RunAsync(events, failure)) tally += await SettleAsync(poison, reason, announcement, cancellation);
        return tally;
    }

    /// <summary>Parks an event that fails alone, unless it is its account that fails without it too: then that is set apart and the event waits in the log.</summary>
    private async Task<EventTally> SettleAsync(EventEnvelope envelope, Exception failure, Announcement announcement, CancellationToken cancellation)
    {
        if (failure is not (FormatException or DbException))
        {
            await evaluations.EvaluateAsync([envelope.AccountId], announcement, cancellation);
            var (tally, still) = await TryAsync([envelope], announcement, 1, cancellation);
            if (still is null) return tally;
        }

        logger.LogError(failure, "Parked event {Source}/{Id}: it cannot be processed", envelope.Source, envelope.Id);
        await parked.ParkAsync(EventBatchCodec.Encode([envelope]), envelope, Reason(failure), cancellation);
        return new EventTally(0, 0, 0, 1);
    }

    /// <summary>What callers may read; the details of an unexpected failure are in the log only.</summary>
    private static string Reason(Exception failure) => failure is FormatException ? failure.Message : "The service failed on it; its log of this time tells more.";

    /// <summary>What became of the events, or the failure that is left after the tries. What the events themselves cause is tried once.</summary>
    private async Task<(EventTally Tally, Exception? Failure)> TryAsync(
        IReadOnlyList<EventEnvelope> events, Announcement announcement, int tries, CancellationToken cancellation)
    {
        for (var (attempt, conflicts) = (1, 0); ;)
        {
            try
            {
                return (await processor.ProcessAsync(events, cancellation, announcement), null);
            }
            catch (DBConcurrencyException conflict)
            {
                // Another writer was faster: the transaction is run again on what it wrote. The events are not to blame, so they come again.
                if (++conflicts == ConflictTries) throw new StoreUnavailableException($"Gave up after {ConflictTries} concurrent-update conflicts.", conflict);
            }
            catch (FormatException failure)
            {
                return (default, failure);
            }
            catch (Exception failure) when (failure is not (StoreUnavailableException or OperationCanceledException))
            {
                if (attempt++ >= tries) return (default, failure);
                logger.LogWarning(failure, "A batch of {Count} events failed and is tried once more as a whole", events.Count);
                await Task.Delay(Pause, cancellation);
            }
        }
    }
}
