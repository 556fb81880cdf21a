using System.Data.Common;
using HealthApi.Core.Evaluation;
using HealthApi.Core.Events;
using HealthApi.Core.Primitives;
using HealthApi.Infrastructure.Accounts;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Evaluation.Parking;
using HealthApi.Infrastructure.Events;
using HealthApi.Infrastructure.Lanes;
using HealthApi.Infrastructure.Policies;
using HealthApi.Infrastructure.Webhooks.Outbox;
using Microsoft.Extensions.Options;

namespace HealthApi.Infrastructure.Evaluation;

/// <summary>
/// Processes a batch in one transaction: inserts the events that are absent, folds the new ones, evaluates their accounts, and writes read
/// models, history, crossings and outbox. Either everything is committed or nothing. Processing the same batch again changes nothing.
/// </summary>
public sealed class EventBatchProcessor(
    IDatabase database, IEvaluationSql sql, IAccountCache cache, EvaluationPolicies policies, ParkedAccounts parked, OutboxWriter outbox,
    OutboxSignal signal, EvaluationSignal processed, LaneProgress progress, IOptions<MessagingOptions> lanes, TimeProvider time)
{
    /// <summary>Processes events that did not come through a lane.</summary>
    /// <inheritdoc cref="ProcessAsync(IReadOnlyList{IncomingEvents}, CancellationToken, NotificationMode, Func{DbTransaction, Task}?)"/>
    public Task<EventTally> ProcessAsync(
        IReadOnlyList<EventEnvelope> events, CancellationToken cancellation, NotificationMode notifications = NotificationMode.Send) =>
        ProcessAsync([new IncomingEvents(events)], cancellation, notifications);

    /// <summary>Processes shares of messages. Shares of messages that were taken before are skipped and not counted.</summary>
    /// <param name="shares">In the order of their lanes.</param>
    /// <param name="alongside">Writes more in the same transaction, before everything else.</param>
    /// <exception cref="StoreUnavailableException">Nothing was applied.</exception>
    /// <exception cref="FormatException">An envelope cannot be read; nothing was applied.</exception>
    public async Task<EventTally> ProcessAsync(
        IReadOnlyList<IncomingEvents> shares, CancellationToken cancellation, NotificationMode notifications = NotificationMode.Send,
            Func<DbTransaction, Task>? alongside = null)
    {
        if (shares.All(share => share is { Events.Count: 0, Recorded: null })) return default;
        EventEnvelope[] events = [.. shares.SelectMany(share => share.Events)];
        using var activity = EvaluationTelemetry.Begin(events);
        var began = time.GetTimestamp();
        await outbox.PrepareAsync(database, cancellation);
        EvaluationWriter? writer = null;
        var (tally, queued) = await policies.EvaluateAsync(
            policy => database.WriteAsync(
                async transaction =>
                {
                    if (alongside is not null) await alongside(transaction);
                    writer = new EvaluationWriter(sql, outbox, notifications, policy.Alerts);
                    return await ApplyAsync(transaction, shares, policy, writer, cancellation);
                },
                cancellation),
            cancellation);
        cache.Add(writer?.Changes ?? []);
        parked.Committed(writer?.Parked ?? []);
        if (queued > 0) signal.Set();
        processed.Set();
        EvaluationTelemetry.Count(events, tally, time.GetElapsedTime(began), time.GetUtcNow(), lanes.Value.Partitions);
        return tally;
    }

    /// <summary>The shares whose message was not taken before, each message once.</summary>
    internal async Task<IReadOnlyList<IncomingEvents>> WithoutTakenAsync(
        IReadOnlyList<IncomingEvents> shares, CancellationToken cancellation)
    {
        LaneMessageId[] ids = [.. shares.Select(share => share.Recorded).OfType<LaneMessageId>()];
        var taken = await database.ReadAsync(connection => LaneInbox.FindAsync(connection, null, ids), cancellation);
        return [.. shares.Where(share => share.Recorded is not { } id || !taken.Contains(id)).DistinctBy(MessageOf)];
    }

    /// <summary>Records messages whose events are all applied or parked.</summary>
    internal Task RecordAsync(IReadOnlyList<IncomingEvents> shares, CancellationToken cancellation)
    {
        LaneMessageId[] ids = [.. shares.Select(share => share.Recorded).OfType<LaneMessageId>()];
        return ids.Length == 0 ? Task.CompletedTask
            : database.WriteAsync(transaction => LaneInbox.TakeAsync(transaction, ids, time.GetUtcNow()), cancellation);
    }

    /// <summary>Equal for the shares of one message that was delivered twice.</summary>
    private static object MessageOf(IncomingEvents share) => share.Recorded is { } id ? id : share;

    private async Task<(EventTally Tally, int Queued)> ApplyAsync(
        DbTransaction transaction, IReadOnlyList<IncomingEvents> shares, EvaluationPolicy policy, EvaluationWriter writer,
        CancellationToken cancellation)
    {
        var fresh =
            await LaneInbox.TakeAsync(transaction, [.. shares.Select(share => share.Recorded).OfType<LaneMessageId>()], time.GetUtcNow());
        shares = [.. shares.Where(share => share.Recorded is not { } id || fresh.Contains(id)).DistinctBy(MessageOf)];
        var accountIds = shares.SelectMany(share => share.Events).Select(envelope => envelope.AccountId).ToHashSet(StringComparer.Ordinal);
        var known = await sql.LoadAsync(transaction, accountIds);
        var filtered = await FilterErasedAsync(transaction, shares, known, fresh);
        List<EventEnvelope> kept = [.. filtered.Where(one => !one.IsDropped).Select(one => one.Event)],
            dropped = [.. filtered.Where(one => one.IsDropped).Select(one => one.Event)];
        var fates = await sql.InsertIfAbsentAsync(transaction, kept);
        var added = kept.Where((_, index) => fates[index] == EventFate.New).GroupBy(envelope => envelope.AccountId, StringComparer.Ordinal);
        foreach (var account in added)
        {
            // Events of a parked account stay in the log until it is rebuilt. They are read once here, because an unreadable event in the
            // log would make every rebuild fail.
            if (known.GetValueOrDefault(account.Key) is { Fault: not null } faulty) Park(writer, faulty, account);
            else writer.Add(Fold(known.GetValueOrDefault(account.Key), [.. account], policy), account.Last().TraceParent);
        }

        var queued = await writer.WriteAsync(transaction, cancellation);
        await parked.ParkAsync(transaction, writer.Parked);
        EventFate[] all = [.. fates, .. dropped.Select(_ => EventFate.Dropped)];
        await CountAsync(transaction, shares, [.. kept, .. dropped], all);
        return (EventTally.Of(all) with { Crossings = writer.Tally.Crossings }, queued);
    }

    /// <exception cref="FormatException">An event cannot be read.</exception>
    private static void Park(EvaluationWriter writer, AccountRecord faulty, IEnumerable<EventEnvelope> events)
    {
        foreach (var envelope in events) EventReader.Open(envelope);
        writer.Park(faulty);
    }

    /// <summary>Runs last: other lanes may use the same counter rows, so they are locked for as short a time as possible.</summary>
    private async Task CountAsync(
        DbTransaction transaction, IReadOnlyList<IncomingEvents> shares, IReadOnlyList<EventEnvelope> events, EventFate[] fates)
    {
        if (events.Count == 0) return;
        await ErasureFilter.CountAsync(transaction, events.Where((_, index) => fates[index] == EventFate.Dropped));
        await sql.CountAsync(transaction, events, fates);
        await progress.MoveAsync(transaction, events);
        var taken = shares.Where(share => share.IsCounted).Select(share => (share.Process, share.Events.Count));
        await LaneInbox.CountAsync(transaction, IngestionCounters.Part(events[0].AccountId), taken, time.GetUtcNow());
    }

    private async Task<IReadOnlyList<(EventEnvelope Event, bool IsDropped)>> FilterErasedAsync(
        DbTransaction transaction, IReadOnlyList<IncomingEvents> shares, IReadOnlyDictionary<string, AccountRecord> known,
        IReadOnlySet<LaneMessageId> fresh)
    {
        var accountIds = shares.SelectMany(share => share.Events).Select(envelope => envelope.AccountId).ToHashSet(StringComparer.Ordinal);
        var tombstones = await sql.TombstonesAsync(transaction, accountIds);
        return (await ErasureFilter.CreateAsync(transaction, tombstones, fresh)).Apply(shares, known.ContainsKey);
    }

    private AccountChange Fold(AccountRecord? known, IReadOnlyList<EventEnvelope> events, EvaluationPolicy policy)
    {
        var record = known ?? AccountRecord.Bare(events[0].AccountId, events.Min(envelope => envelope.ReceivedAt));
        foreach (var envelope in events) record.Figures.Apply(EventReader.Open(envelope));
        var asOf = Instant.Truncate(time.GetUtcNow());
        var evaluation = AccountEvaluator.Evaluate(record.Figures, record.Account, record.CreatedAt, record.Memory, policy, asOf);
        return new AccountChange(record, evaluation, record.Figures.Encode(asOf), RestateFrom(record, events, asOf));
    }

    /// <summary>The first day to restate: an event of an earlier day changes the history from that day on.</summary>
    private static int? RestateFrom(AccountRecord record, IReadOnlyList<EventEnvelope> events, DateTimeOffset asOf)
    {
        var earliest = events.Min(envelope => envelope.OccurredAt).ToDay();
        return earliest >= asOf.ToDay() ? record.RestateFrom : Math.Min(earliest, record.RestateFrom ?? earliest);
    }
}
