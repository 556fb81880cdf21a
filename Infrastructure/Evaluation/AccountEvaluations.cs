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
    /// <exception cref="DBConcurrencyException">Another writer has changed one of the accounts; nothing was written.</exception>
    public async Task<EvaluationTally> EvaluateAsync(
        IReadOnlyCollection<string> accountIds,
        NotificationMode notifications,
        CancellationToken cancellation,
        Func<DbTransaction, EvaluationTally, Task>? alongside = null)
    {
        EvaluationWriter? writer = null;
        var tally = await policies.EvaluateAsync(
            policy => database.WriteAsync(
                async transaction =>
                {
                    var evaluated = await EvaluateAsync(
                        transaction, accountIds, policy, writer = new EvaluationWriter(sql, outbox, notifications), cancellation);
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

    private async Task<EvaluationTally> EvaluateAsync(
        DbTransaction transaction, IReadOnlyCollection<string> accountIds, EvaluationPolicy policy, EvaluationWriter writer,
        CancellationToken cancellation)
    {
        var now = Instant.Truncate(time.GetUtcNow());
        var records = await sql.LoadAsync(transaction, accountIds);
        foreach (var record in records.Values)
        {
            if (Evaluate(record, policy, now, out var fault) is { } change) writer.Add(change, null);
            else writer.Park(record with { Fault = fault });
        }

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
