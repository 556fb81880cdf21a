using System.Data;
using System.Data.Common;
using HealthApi.Core.Events;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Evaluation.Parking;
using HealthApi.Infrastructure.Lanes;
using Microsoft.Extensions.Logging;

namespace HealthApi.Infrastructure.Evaluation;

/// <summary>Processes the messages of the lanes, for both transports, and the events of imports.</summary>
public sealed class EventIntake(
    EventBatchProcessor processor, AccountEvaluations evaluations, ParkedEventStore parked, ILogger<EventIntake> logger)
{
    private const int ConflictTries = 3, WholeTries = 2;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// Processes lane messages, in one transaction where possible. Messages that were taken before are skipped. A payload that cannot be
    /// read is parked as a whole. A batch that fails is halved, so that only the failing event is parked. When this returns, every event is
    /// applied or parked, and the messages may be acknowledged.
    /// </summary>
    /// <exception cref="StoreUnavailableException">Not everything was applied; deliver the same messages again later.</exception>
    public async Task ProcessAsync(IReadOnlyList<LaneMessage> messages, CancellationToken cancellation)
    {
        var shares = new List<IncomingEvents>(messages.Count);
        foreach (var message in messages)
        {
            try
            {
                shares.Add(new IncomingEvents(EventBatchCodec.Decode(message.Payload)) { Message = message });
            }
            catch (FormatException failure)
            {
                logger.LogError("Parked a payload of {Bytes} bytes that cannot be read: {Reason}", message.Payload.Length, failure.Message);
                await parked.ParkAsync(message, failure.Message, cancellation);
            }
        }

        await ProcessAsync(shares, NotificationMode.Send, cancellation);
    }

    /// <summary>Processes events that did not come through a lane, in the same way.</summary>
    /// <exception cref="StoreUnavailableException">Not everything was applied; call again later with the same events.</exception>
    public Task<EventTally> ProcessAsync(
        IReadOnlyList<EventEnvelope> events, NotificationMode notifications, CancellationToken cancellation) =>
        ProcessAsync([new IncomingEvents(events)], notifications, cancellation);

    /// <summary>Processes a parked event. It was counted as taken when it was parked, so it is not counted again.</summary>
    /// <param name="alongside">Unparks the event in the same transaction.</param>
    /// <returns>The result; null where the event still cannot be processed.</returns>
    /// <exception cref="StoreUnavailableException">Nothing was changed.</exception>
    public async Task<EventTally?> RetryAsync(EventEnvelope envelope, Func<DbTransaction, Task> alongside, CancellationToken cancellation)
    {
        var (tally, failure) = await TryAsync(
            [new IncomingEvents([envelope]) { IsCounted = false }], NotificationMode.Send, WholeTries, cancellation, alongside);
        if (failure is null) return tally;
        logger.LogError(failure, "Event {Source}/{Id} stays parked: it cannot be processed", envelope.Source, envelope.Id);
        return null;
    }

    private async Task<EventTally> ProcessAsync(
        IReadOnlyList<IncomingEvents> shares, NotificationMode notifications, CancellationToken cancellation)
    {
        var (tally, failure) = await TryAsync(shares, notifications, WholeTries, cancellation);
        if (failure is null) return tally;
        logger.LogWarning(
            failure, "A batch of {Count} events failed and is now halved to find the failing event",
            shares.Sum(share => share.Events.Count));
        shares = await processor.WithoutTakenAsync(shares, cancellation);
        var halving = new Halving<IncomingEvents>(AccountOf, async half =>
        {
            var (applied, reason) = await TryAsync(half, notifications, 1, cancellation);
            tally += applied;
            return reason;
        });
        IncomingEvents[] singles = [.. shares.SelectMany(share => share.ToSingles())];
        if (singles.Length == 0) return tally;
        var failed = await FindFailedAsync(halving, singles, failure, notifications, cancellation);
        foreach (var account in failed.GroupBy(one => AccountOf(one.Item)))
            tally += await SettleAsync([.. account], notifications, cancellation);
        // Record the messages last, when all their events are applied or parked.
        await processor.RecordAsync(shares, cancellation);
        return tally;
    }

    private static string AccountOf(IncomingEvents single) => single.Events is [var envelope] ? envelope.AccountId : "";

    /// <summary>
    /// Finds the shares that fail while others do not. Where everything fails, an account that cannot be evaluated may be the cause: it is
    /// parked, so that the same batch succeeds next time. Where all events belong to one account and that account can be evaluated, the
    /// store works and the events are at fault.
    /// </summary>
    /// <exception cref="EverythingFailsException">Neither the events nor the accounts are at fault.</exception>
    private async Task<IReadOnlyList<(IncomingEvents Item, Exception Failure)>> FindFailedAsync(
        Halving<IncomingEvents> halving,
        IReadOnlyList<IncomingEvents> singles,
        Exception failure,
        NotificationMode notifications,
        CancellationToken cancellation)
    {
        try
        {
            return await halving.RunAsync(singles, failure);
        }
        catch (EverythingFailsException)
        {
            foreach (var account in halving.Suspects) await EvaluateAsync(account, notifications, cancellation);
            if (halving.Suspects.Count > 1 || halving.Failed.Any(failed => failed.Failure is DbException)) throw;
            return halving.Failed;
        }
    }

    private async Task EvaluateAsync(string account, NotificationMode notifications, CancellationToken cancellation)
    {
        for (var conflicts = 0; ;)
        {
            try
            {
                await evaluations.EvaluateAsync([account], notifications, cancellation);
                return;
            }
            catch (DBConcurrencyException conflict)
            {
                if (++conflicts == ConflictTries) throw GivenUp(conflict);
            }
            catch (Exception failure) when (failure is not (StoreUnavailableException or OperationCanceledException))
            {
                throw new EverythingFailsException(failure);
            }
        }
    }

    /// <summary>
    /// Parks the events of an account that fail alone. Where the account itself cannot be evaluated, even without them, the account is
    /// parked instead and its events go to the event log.
    /// </summary>
    private async Task<EventTally> SettleAsync(
        IReadOnlyList<(IncomingEvents Single, Exception Failure)> failed, NotificationMode notifications, CancellationToken cancellation)
    {
        IncomingEvents[] doubtful = [.. failed.Where(one => one.Failure is not (FormatException or DbException)).Select(one => one.Single)];
        var tally = default(EventTally);
        if (doubtful.Length > 0)
        {
            await EvaluateAsync(AccountOf(doubtful[0]), notifications, cancellation);
            var (applied, still) = await TryAsync(doubtful, notifications, 1, cancellation);
            if (still is null) (tally, failed) = (applied, [.. failed.ExceptBy(doubtful, one => one.Single)]);
        }

        // Halving gives up on an account after several failures, so not every event was tried alone yet.
        var again = doubtful.Length > 1;
        foreach (var (single, failure) in failed) tally += await SettleAsync(single, failure, again, notifications, cancellation);
        return tally;
    }

    private async Task<EventTally> SettleAsync(
        IncomingEvents single, Exception failure, bool again, NotificationMode notifications, CancellationToken cancellation)
    {
        if (single.Events is not [var envelope])
            throw new StoreUnavailableException("A message without events cannot be recorded.", failure);
        if (again && failure is not (FormatException or DbException))
        {
            var (tally, still) = await TryAsync([single], notifications, 1, cancellation);
            if (still is null) return tally;
        }

        logger.LogError(failure, "Parked event {Source}/{Id}: it cannot be processed", envelope.Source, envelope.Id);
        await parked.ParkAsync(single, Reason(failure), cancellation);
        return new EventTally(0, 0, 0, 1);
    }

    /// <summary>The reason that the API shows. The details of an unexpected failure are only in the log.</summary>
    private static string Reason(Exception failure) =>
        failure is FormatException ? failure.Message : "Processing failed unexpectedly. The service's log at this time shows why.";

    private static StoreUnavailableException GivenUp(DBConcurrencyException conflict) =>
        new($"Gave up after {ConflictTries} concurrent-update conflicts.", conflict);

    /// <summary>
    /// The result of processing, or the failure that remains after the tries. A failure that the events themselves cause is not tried
    /// again.
    /// </summary>
    private async Task<(EventTally Tally, Exception? Failure)> TryAsync(
        IReadOnlyList<IncomingEvents> shares, NotificationMode notifications, int tries, CancellationToken cancellation,
            Func<DbTransaction, Task>? alongside = null)
    {
        for (var (attempt, conflicts) = (1, 0); ;)
        {
            try
            {
                return (await processor.ProcessAsync(shares, cancellation, notifications, alongside), null);
            }
            catch (DBConcurrencyException conflict)
            {
                // Another writer has changed an account, so run the transaction again. The events are not at fault: when the tries are
                // used up, the exception makes the lane deliver them again.
                if (++conflicts == ConflictTries) throw GivenUp(conflict);
            }
            catch (FormatException failure)
            {
                return (default, failure);
            }
            catch (Exception failure) when (failure is not (StoreUnavailableException or OperationCanceledException))
            {
                if (attempt++ >= tries) return (default, failure);
                logger.LogWarning(
                    failure, "A batch of {Count} events failed and is tried again as a whole", shares.Sum(share => share.Events.Count));
                await Task.Delay(Pause, cancellation);
            }
        }
    }
}
