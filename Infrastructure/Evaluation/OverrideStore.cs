using System.Data.Common;
using Dapper;
using HealthApi.Core.Accounts;
using HealthApi.Core.Evaluation;
using HealthApi.Core.Evaluation.Overrides;
using HealthApi.Core.Primitives;
using HealthApi.Infrastructure.Accounts;
using HealthApi.Infrastructure.Auditing;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Policies;
using HealthApi.Infrastructure.Webhooks.Outbox;

namespace HealthApi.Infrastructure.Evaluation;

/// <summary>
/// Sets and ends overrides. The account is evaluated in the same transaction, so score, crossings and messages change together with the
/// override and its audit entry. The evaluation makes the account due when the override expires.
/// </summary>
public sealed class OverrideStore(
    IDatabase database, IEvaluationSql sql, EvaluationPolicies policies, OutboxWriter outbox, OutboxSignal queued,
    EvaluationSignal processing, TimeProvider time)
{
    private const string EndActive = """
        UPDATE account_overrides SET ended_at = @At, ended_by = @By WHERE account_id = @AccountId AND ended_at IS NULL AND expires_at > @At
        """;

    private const string Insert = """
        INSERT INTO account_overrides (id, account_id, set_at, set_by, expires_at, data) VALUES (@Id, @AccountId, @SetAt, @SetBy,
            @ExpiresAt, @Data)
        """;

    /// <summary>Sets an override and ends the previous one. The id and the time of setting are assigned here.</summary>
    public Task<Write<AccountOverride>> SetAsync(string accountId, AccountOverride stated, CancellationToken cancellation)
    {
        var known = stated with { Id = "ovr_" + Guid.NewGuid().ToString("n"), SetAt = Instant.Truncate(time.GetUtcNow()) };
        return ChangeAsync(accountId, known.SetBy, known.SetAt, known, cancellation);
    }

    /// <summary>Ends the override that is in force.</summary>
    public Task<Write<AccountOverride>> EndAsync(string accountId, string endedBy, CancellationToken cancellation) =>
        ChangeAsync(accountId, endedBy, Instant.Truncate(time.GetUtcNow()), null, cancellation);

    /// <summary>Reads an override from the body of a timeline entry.</summary>
    public static AccountOverride FromTimeline(string body) => (new OverrideRow { Data = body }).ToOverride();

    private async Task<Write<AccountOverride>> ChangeAsync(
        string accountId, string by, DateTimeOffset at, AccountOverride? stated, CancellationToken cancellation)
    {
        var (write, deliveries) = await policies.EvaluateAsync(
            policy => database.WriteAsync(
                transaction => ChangeAsync(transaction, accountId, by, at, stated, policy, cancellation), cancellation), cancellation);
        if (deliveries > 0) queued.Set();
        processing.Set();
        return write;
    }

    private async Task<(Write<AccountOverride> Write, int Deliveries)> ChangeAsync(
        DbTransaction transaction, string accountId, string by, DateTimeOffset at, AccountOverride? stated, EvaluationPolicy policy,
        CancellationToken cancellation)
    {
        if (!(await sql.LoadAsync(transaction, [accountId])).TryGetValue(accountId, out var record))
            return (new Write<AccountOverride>(WriteStatus.NoAccount), 0);
        if (record.Fault is not null) return (new Write<AccountOverride>(WriteStatus.AccountParked), 0);
        var overridden = record with { Memory = record.Memory with { Override = stated } };
        var evaluation =
            AccountEvaluator.Evaluate(overridden.Figures, overridden.Account, overridden.CreatedAt, overridden.Memory, policy, at);
        if (stated?.Category is { } category && !OverriddenHealth.Has(evaluation.Standing.Judgement.Model, category))
            return (new Write<AccountOverride>(WriteStatus.Invalid), 0);
        var ended = await transaction.Connection!.ExecuteAsync(EndActive, new { AccountId = accountId, At = at, By = by }, transaction);
        if (ended == 0 && stated is null) return (new Write<AccountOverride>(WriteStatus.NotFound), 0);
        if (stated is not null) await transaction.Connection!.ExecuteAsync(Insert, OverrideRow.Of(accountId, stated), transaction);
        var writer = new EvaluationWriter(sql, outbox, NotificationMode.Send, policy.Alerts);
        writer.Add(new AccountChange(overridden, evaluation, overridden.Figures.Encode(at), overridden.RestateFrom), null);
        var status = stated is null ? WriteStatus.Deleted : ended > 0 ? WriteStatus.Updated : WriteStatus.Created;
        await AuditAsync(transaction, accountId, status, ended > 0 ? record.Memory.Override : null, stated, at);
        return (new Write<AccountOverride>(status, stated), await writer.WriteAsync(transaction, cancellation));
    }

    private static Task AuditAsync(
        DbTransaction transaction, string accountId, WriteStatus status, AccountOverride? before, AccountOverride? after,
            DateTimeOffset at)
    {
        var action = status switch
        {
            WriteStatus.Deleted => AuditActions.Ended,
            WriteStatus.Updated => AuditActions.Replaced,
            _ => AuditActions.Set,
        };
        return AuditTrail.AddAsync(
            transaction, new AuditChange(AuditKinds.Override, action, accountId) { AccountId = accountId, Before = before, After = after },
                at);
    }
}
