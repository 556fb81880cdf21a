using System.Data;
using System.Data.Common;
using HealthApi.Core.Evaluation;
using HealthApi.Core.Primitives;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Evaluation.Parking;
using HealthApi.Infrastructure.Policies;
using HealthApi.Infrastructure.Webhooks.Outbox;
using Microsoft.Extensions.Logging;

namespace HealthApi.Infrastructure.Evaluation;

/// <summary>
/// Evaluates accounts without a new event: because time has passed, or because their profile or the policy has changed.
/// </summary>
public sealed class AccountEvaluations(
    IDatabase database, IEvaluationSql sql, IAccountCache cache, EvaluationPolicies policies, ParkedAccounts parked, OutboxWriter outbox,
    OutboxSignal signal, TimeProvider time, ILogger<AccountEvaluations> logger)
{
    /// <summary>
    /// Evaluates the accounts in one transaction. Unknown ids are skipped; an account that cannot be read or evaluated is parked.
    /// </summary>
    /// <param name="alongside">Writes more in the same transaction; called with the result of the evaluation.</param>
    /// <param name="prepare">Changes the record of an account before it is evaluated; not called for one that cannot be read.</param>
    /// <exception cref="DBConcurrencyException">Another writer has changed one of the accounts; nothing was written.</exception>
    public async Task<EvaluationTally> EvaluateAsync(
        IReadOnlyCollection<string> accountIds,
        NotificationMode notifications,
        CancellationToken cancellation,
        Func<DbTransaction, EvaluationTally, Task>? alongside = null,
        Func<DbTransaction, AccountRecord, Task>? prepare = null)
    {
        EvaluationWriter? writer = null;
        await outbox.PrepareAsync(database, cancellation);
        var tally = await policies.EvaluateAsync(
            policy => database.WriteAsync(
                async transaction =>
                {
                    writer = new EvaluationWriter(sql, outbox, notifications, policy.Alerts);
                    var evaluated = await EvaluateAsync(transaction, accountIds, policy, writer, prepare, cancellation);
                    if (alongside is not null) await alongside(transaction, evaluated);
                    return evaluated;
                },
                cancellation),
            cancellation);
        cache.Add(writer?.Changes ?? []);
        parked.Committed(writer?.Parked ?? []);
        if (tally.Queued > 0) signal.Set();
        return tally;
    }

    /// <summary>
    /// Evaluates those of the accounts that are due. They are read and evaluated before the transaction, which only writes. So writers wait
    /// little, and workers that evaluate different accounts do so at the same time. An account that changes meanwhile, because of an event
    /// or because another worker has evaluated it, is left as it is.
    /// </summary>
    public async Task<EvaluationTally> EvaluateDueAsync(IReadOnlyCollection<string> accountIds, CancellationToken cancellation)
    {
        EvaluationWriter? writer = null;
        await outbox.PrepareAsync(database, cancellation);
        var tally = await policies.EvaluateAsync(
            async policy =>
            {
                var now = Instant.Truncate(time.GetUtcNow());
                var records = await database.ReadAsync(connection => sql.ReadAsync(connection, accountIds), cancellation);
                var due = records.Values.Where(record => record.DueAt <= now)
                    .Select(record => (Record: record, Change: Evaluate(record, policy, now, out var fault), Fault: fault)).ToList();
                if (due.Count == 0) return default;
                return await database.WriteAsync(
                    async transaction =>
                    {
                        writer = new EvaluationWriter(sql, outbox, NotificationMode.Send, policy.Alerts);
                        var mine = await sql.LockUnchangedAsync(transaction, [.. due.Select(one => one.Record)]);
                        foreach (var one in due.Where(one => mine.Contains(one.Record.Account.Id)))
                        {
                            if (one.Change is not null) writer.Add(one.Change, null);
                            else writer.Park(one.Record with { Fault = one.Fault });
                        }

                        return await WriteAsync(transaction, writer, cancellation);
                    },
                    cancellation);
            },
            cancellation);
        parked.Committed(writer?.Parked ?? []);
        if (tally.Queued > 0) signal.Set();
        return tally;
    }

    private async Task<EvaluationTally> EvaluateAsync(
        DbTransaction transaction, IReadOnlyCollection<string> accountIds, EvaluationPolicy policy, EvaluationWriter writer,
        Func<DbTransaction, AccountRecord, Task>? prepare, CancellationToken cancellation)
    {
        var now = Instant.Truncate(time.GetUtcNow());
        var records = await sql.LoadAsync(transaction, accountIds);
        foreach (var record in records.Values)
        {
            if (prepare is not null && record.Fault is null) await prepare(transaction, record);
            if (Evaluate(record, policy, now, out var fault) is { } change) writer.Add(change, null);
            else writer.Park(record with { Fault = fault });
        }

        return await WriteAsync(transaction, writer, cancellation);
    }

    private async Task<EvaluationTally> WriteAsync(DbTransaction transaction, EvaluationWriter writer, CancellationToken cancellation)
    {
        var queued = await writer.WriteAsync(transaction, cancellation);
        await parked.ParkAsync(transaction, writer.Parked);
        return writer.Tally with { Queued = queued };
    }

    /// <summary>Null where the account has a fault.</summary>
    private AccountChange? Evaluate(AccountRecord record, EvaluationPolicy policy, DateTimeOffset now, out AccountFault? fault)
    {
        if ((fault = record.Fault) is not null) return null;
        try
        {
            var evaluation = AccountEvaluator.Evaluate(record.Figures, record.Account, record.CreatedAt, record.Memory, policy, now);
            return new AccountChange(record, evaluation, record.Figures.Encode(now), record.RestateFrom);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            logger.LogError(failure, "Account {Account} cannot be evaluated", record.Account.Id);
            fault = AccountFault.Failing;
            return null;
        }
    }
}
