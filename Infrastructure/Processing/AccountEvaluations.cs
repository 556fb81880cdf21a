using System.Data;
using System.Data.Common;
using HealthApi.Core;
using HealthApi.Core.Scoring;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Outbox;

namespace HealthApi.Infrastructure.Processing;

/// <summary>Evaluates accounts anew without a new event: because time has passed, or their profile has changed.</summary>
public sealed class AccountEvaluations(
    IDatabase database, IProcessingSql sql, EvaluationPolicies policies, OutboxWriter outbox, OutboxSignal signal, TimeProvider time)
{
    /// <summary>One transaction for all; ids that are not known are passed over.</summary>
    /// <exception cref="DBConcurrencyException">Another writer was faster; nothing was written.</exception>
    public async Task EvaluateAsync(IReadOnlyCollection<string> accountIds, Announcement announcement, CancellationToken cancellation)
    {
        var policy = await policies.CurrentAsync(cancellation);
        var queued = await database.WriteAsync(transaction => EvaluateAsync(transaction, accountIds, policy, announcement, cancellation), cancellation);
        if (queued > 0) signal.Set();
    }

    private async Task<int> EvaluateAsync(
        DbTransaction transaction, IReadOnlyCollection<string> accountIds, EvaluationPolicy policy, Announcement announcement, CancellationToken cancellation)
    {
        var now = Instant.Truncate(time.GetUtcNow());
        var records = await sql.LoadAsync(transaction, accountIds);
        var writer = new EvaluationWriter(sql, outbox, announcement);
        foreach (var record in records.Values)
        {
            var evaluation = AccountEvaluator.Evaluate(record.Figures, record.Account, record.CreatedAt, record.Memory, policy, now);
            writer.Add(new AccountChange(record, evaluation, record.Figures.Encode(now), record.RestateFrom), null);
        }

        return await writer.WriteAsync(transaction, cancellation);
    }
}
