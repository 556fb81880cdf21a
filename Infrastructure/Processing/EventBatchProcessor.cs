using System.Data.Common;
using HealthApi.Core;
using HealthApi.Core.Events;
using HealthApi.Core.Scoring;
using HealthApi.Core.Thresholds;
using HealthApi.Core.Webhooks;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Lanes;
using HealthApi.Infrastructure.Outbox;
using HealthApi.Infrastructure.Telemetry;
using Microsoft.Extensions.Options;

namespace HealthApi.Infrastructure.Processing;

/// <summary>
/// One transaction per batch: insert events if absent, fold the new ones, score, decide crossings, write read models, history and outbox.
/// Either all of it is in the store or nothing; processing the same batch again changes nothing.
/// </summary>
public sealed class EventBatchProcessor(
    IDatabase database, IProcessingSql sql, EvaluationPolicies policies, ParkedAccounts parked, OutboxWriter outbox, OutboxSignal signal, ProcessingSignal processed,
    IOptions<MessagingOptions> lanes, TimeProvider time)
{
    /// <exception cref="StoreUnavailableException">Nothing was applied.</exception>
    /// <exception cref="FormatException">An envelope cannot be read; nothing was applied.</exception>
    public async Task<EventTally> ProcessAsync(
        IReadOnlyList<EventEnvelope> events, CancellationToken cancellation, Announcement announcement = Announcement.Tell)
    {
        if (events.Count == 0) return default;
        using var activity = ProcessingTelemetry.Begin(events);
        var began = time.GetTimestamp();
        EvaluationWriter? writer = null;
        var (tally, queued) = await policies.JudgeAsync(
            policy => database.WriteAsync(
                transaction => ApplyAsync(transaction, events, policy, writer = new EvaluationWriter(sql, outbox, announcement), cancellation), cancellation),
            cancellation);
        writer?.Committed();
        parked.Committed(writer?.Apart ?? []);
        if (queued > 0) signal.Set();
        processed.Set();
        ProcessingTelemetry.Count(events, tally, time.GetElapsedTime(began), time.GetUtcNow(), lanes.Value.Partitions);
        return tally;
    }

    private async Task<(EventTally Tally, int Queued)> ApplyAsync(
        DbTransaction transaction, IReadOnlyList<EventEnvelope> events, EvaluationPolicy policy, EvaluationWriter writer, CancellationToken cancellation)
    {
        var accountIds = events.Select(envelope => envelope.AccountId).ToHashSet(StringComparer.Ordinal);
        var known = await sql.LoadAsync(transaction, accountIds);
        var kept = await WithoutErasedAsync(transaction, events, [.. accountIds.Where(id => !known.ContainsKey(id))]);
        var fates = await sql.InsertIfAbsentAsync(transaction, kept);
        var fresh = kept.Where((_, index) => fates[index] == EventFate.New).GroupBy(envelope => envelope.AccountId, StringComparer.Ordinal);
        foreach (var account in fresh)
        {
            // What comes for an account that is set apart waits in the log.
            if (known.GetValueOrDefault(account.Key) is { Fault: not null } apart) writer.SetApart(apart);
            else writer.Add(Fold(known.GetValueOrDefault(account.Key), [.. account], policy), account.Last().TraceParent);
        }

        var queued = await writer.WriteAsync(transaction, cancellation);
        await parked.ParkAsync(transaction, writer.Apart);
        // The counters' rows may be another lane's too: they come last, so that they are held for as short as can be.
        await sql.CountAsync(transaction, kept, fates);
        return (EventTally.Of(fates), queued);
    }

    private async Task<IReadOnlyList<EventEnvelope>> WithoutErasedAsync(DbTransaction transaction, IReadOnlyList<EventEnvelope> events, IReadOnlyCollection<string> unknown)
    {
        if (unknown.Count == 0) return events;
        var erasures = await sql.ErasuresAsync(transaction, unknown);
        return erasures.Count == 0
            ? events
            : [.. events.Where(envelope => !erasures.TryGetValue(envelope.AccountId, out var erasedAt) || envelope.ReceivedAt > erasedAt)];
    }

    private AccountChange Fold(AccountRecord? known, IReadOnlyList<EventEnvelope> events, EvaluationPolicy policy)
    {
        var record = known ?? AccountRecord.Bare(events[0].AccountId, events.Min(envelope => envelope.ReceivedAt));
        foreach (var envelope in events) record.Figures.Apply(EventReader.Open(envelope));
        var asOf = Instant.Truncate(time.GetUtcNow());
        var evaluation = AccountEvaluator.Evaluate(record.Figures, record.Account, record.CreatedAt, record.Memory, policy, asOf);
        return new AccountChange(record, evaluation, record.Figures.Encode(asOf), RestateFrom(record, events, asOf));
    }

    /// <summary>An event of an earlier day changes the history of the days since.</summary>
    private static int? RestateFrom(AccountRecord record, IReadOnlyList<EventEnvelope> events, DateTimeOffset asOf)
    {
        var earliest = events.Min(envelope => envelope.OccurredAt).ToDay();
        return earliest >= asOf.ToDay() ? record.RestateFrom : Math.Min(earliest, record.RestateFrom ?? earliest);
    }
}
