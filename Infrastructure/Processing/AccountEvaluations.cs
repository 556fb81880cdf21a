using System.Data;
using System.Data.Common;
using HealthApi.Core;
using HealthApi.Core.Scoring;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Outbox;

namespace HealthApi.Infrastructure.Processing;

/// <summary>Evaluates accounts anew without a new event: because time has passed, or their profile or what they are judged by has changed.</summary>
public sealed class AccountEvaluations(
    IDatabase database, IProcessingSql sql, EvaluationPolicies policies, OutboxWriter outbox, OutboxSignal signal, TimeProvider time)
{
    /// <summary>One transaction for all; ids that are not known are passed over.</summary>
    /// <param name="alongside">What else is written in the same transaction, told what comes of it.</param>
    /// <exception cref="DBConcurrencyException">Another writer was faster; nothing was written.</exception>
    public async Task<EvaluationTally> EvaluateAsync(
        IReadOnlyCollection<string> accountIds,
        Announcement announcement,
        CancellationToken cancellation,
        Func<DbTransaction, EvaluationTally, Task>? alongside = null)
    {
        EvaluationWriter? writer = null;
        var tally = await policies.JudgeAsync(
            policy => database.WriteAsync(
                async transaction =>
                {
                    var told = await EvaluateAsync(transaction, accountIds, policy, writer = new EvaluationWriter(sql, outbox, announcement), cancellation);
                    if (alongside is not null) await alongside(transaction, told);
                    return told;
                },
                cancellation),
            cancellation);
        writer?.Committed();
        if (tally.Queued > 0) signal.Set();
        return tally;
    }

    private async Task<EvaluationTally> EvaluateAsync(
        DbTransaction transaction, IReadOnlyCollection<string> accountIds, EvaluationPolicy policy, EvaluationWriter writer, CancellationToken cancellation)
    {
        var now = Instant.Truncate(time.GetUtcNow());
        var records = await sql.LoadAsync(transaction, accountIds);
        foreach (var record in records.Values)
        {
            var evaluation = AccountEvaluator.Evaluate(record.Figures, record.Account, record.CreatedAt, record.Memory, policy, now);
            writer.Add(new AccountChange(record, evaluation, record.Figures.Encode(now), record.RestateFrom), null);
        }

        var queued = await writer.WriteAsync(transaction, cancellation);
        return writer.Tally with { Queued = queued };
    }
}
