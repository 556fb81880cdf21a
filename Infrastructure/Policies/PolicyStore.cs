using System.Data.Common;
using System.Text;
using HealthApi.Core.Accounts;
using HealthApi.Core.Churn;
using HealthApi.Core.Primitives;
using HealthApi.Core.Scoring;
using HealthApi.Core.Scoring.Documents;
using HealthApi.Infrastructure.Auditing;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Jobs;

namespace HealthApi.Infrastructure.Policies;

/// <summary>A policy that is now in force, and the job that evaluates the affected accounts.</summary>
public sealed record ActivatedPolicy<T>(T Policy, string JobId)
    where T : class;

/// <summary>
/// Stores models, churn rules and segment policies. Versions count from 1 (a built-in document is version 1) and never change. A document
/// takes effect in the transaction that adds the job to evaluate the affected accounts.
/// </summary>
public sealed class PolicyStore(IDatabase database, EvaluationPolicies policies, JobStore jobs, JobSignal signal, TimeProvider time)
{
    /// <summary>
    /// Stores the next version of a model without putting it in force. Returns <see cref="WriteStatus.Created"/>, or <see
    /// cref="WriteStatus.PreconditionFailed"/> where the newest version does not meet the precondition.
    /// </summary>
    public async Task<Write<HealthModel>> PutModelAsync(HealthModel model, Precondition precondition, CancellationToken cancellation)
    {
        var kept = await database.WriteAsync(
            async transaction =>
            {
                var newest = await PolicyRows.NewestAsync(transaction, PolicyKind.Model, model.Id) ?? BuiltInModels.Get(model.Id)?.Version;
                if (!precondition.Allows(newest)) return new Write<HealthModel>(WriteStatus.PreconditionFailed);
                var next = model with { Version = (int)(newest ?? 0) + 1 };
                await AddAsync(transaction, PolicyKind.Model, next.Id, next.Version, HealthModelWriter.ToUtf8(next));
                await PolicyAudit.AddVersionAsync(transaction, AuditKinds.Model, next.Id, newest, next.Version, null, Now);
                return new Write<HealthModel>(WriteStatus.Created, next);
            },
            cancellation);
        policies.Forget();
        return kept;
    }

    /// <summary>
    /// Puts a model in force for segments (<see cref="ModelRegistry.Fallback"/>: all segments without a model of their own).
    /// </summary>
    /// <returns>The job's id.</returns>
    public async Task<string> ActivateAsync(
        HealthModel model, IReadOnlyList<string> segments, bool announce, CancellationToken cancellation)
    {
        var job = await database.WriteAsync(
            async transaction =>
            {
                await AuditAsync(transaction, AuditActions.Activated, model, segments, announce, cancellation);
                foreach (var segment in segments)
                    await ApplyAsync(transaction, PolicyKind.Model, segment, model.Id, model.Version, announce);
                return await jobs.AddAsync(transaction, RescoreKinds.ModelActivation, new RescoreRequest(segments));
            },
            cancellation);
        NotifyChange();
        return job;
    }

    /// <summary>Ends the use of a model as the own model of segments; the fallback model applies to them again.</summary>
    /// <returns>The job's id.</returns>
    public async Task<string> ReleaseAsync(HealthModel model, IReadOnlyList<string> segments, bool announce, CancellationToken cancellation)
    {
        var job = await database.WriteAsync(
            async transaction =>
            {
                await AuditAsync(transaction, AuditActions.Deactivated, model, segments, announce, cancellation);
                foreach (var segment in segments)
                    await ApplyAsync(transaction, PolicyKind.ModelRelease, segment, model.Id, model.Version, announce);
                return await jobs.AddAsync(transaction, RescoreKinds.ModelRelease, new RescoreRequest(segments));
            },
            cancellation);
        NotifyChange();
        return job;
    }

    /// <summary>
    /// Stores the next version of the churn rules and puts it in force. Returns <see cref="WriteStatus.Updated"/> or <see
    /// cref="WriteStatus.PreconditionFailed"/>.
    /// </summary>
    public async Task<Write<ActivatedPolicy<ChurnRuleSet>>> PutRulesAsync(
        ChurnRuleSet rules, Precondition precondition, bool announce, CancellationToken cancellation)
    {
        var write = await database.WriteAsync(
            async transaction =>
            {
                if (await NextAsync(transaction, PolicyKind.ChurnRules, BuiltInChurnRules.Default.Version, precondition) is not { } version)
                    return new Write<ActivatedPolicy<ChurnRuleSet>>(WriteStatus.PreconditionFailed);
                var next = rules with { Version = version };
                await AddAsync(transaction, PolicyKind.ChurnRules, PolicyKind.TheOne, version, ChurnRuleSetWriter.ToUtf8(next));
                await ApplyAsync(transaction, PolicyKind.ChurnRules, "", PolicyKind.TheOne, version, announce);
                await PolicyAudit.AddVersionAsync(
                    transaction, AuditKinds.ChurnRules, PolicyKind.TheOne, version - 1, version, announce, Now);
                var job = await jobs.AddAsync(transaction, RescoreKinds.ChurnRulesChange, RescoreRequest.All);
                return new Write<ActivatedPolicy<ChurnRuleSet>>(WriteStatus.Updated, new ActivatedPolicy<ChurnRuleSet>(next, job));
            },
            cancellation);
        NotifyChange();
        return write;
    }

    /// <summary>
    /// Stores the next version of the segment policy and puts it in force. Returns <see cref="WriteStatus.Updated"/> or <see
    /// cref="WriteStatus.PreconditionFailed"/>.
    /// </summary>
    public async Task<Write<ActivatedPolicy<SegmentPolicy>>> PutSegmentsAsync(
        SegmentPolicy segments, Precondition precondition, bool announce, CancellationToken cancellation)
    {
        var write = await database.WriteAsync(
            async transaction =>
            {
                if (await NextAsync(transaction, PolicyKind.Segments, SegmentPolicy.Default.Version, precondition) is not { } version)
                    return new Write<ActivatedPolicy<SegmentPolicy>>(WriteStatus.PreconditionFailed);
                var next = segments with { Version = version };
                await AddAsync(transaction, PolicyKind.Segments, PolicyKind.TheOne, version, SegmentPolicyWriter.ToUtf8(next));
                await ApplyAsync(transaction, PolicyKind.Segments, "", PolicyKind.TheOne, version, announce);
                await PolicyAudit.AddVersionAsync(transaction, AuditKinds.Segments, PolicyKind.TheOne, version - 1, version, announce, Now);
                var job = await jobs.AddAsync(transaction, RescoreKinds.SegmentsChange, RescoreRequest.All);
                return new Write<ActivatedPolicy<SegmentPolicy>>(WriteStatus.Updated, new ActivatedPolicy<SegmentPolicy>(next, job));
            },
            cancellation);
        NotifyChange();
        return write;
    }

    private static async Task<int?> NextAsync(DbTransaction transaction, string kind, int shipped, Precondition precondition)
    {
        var newest = await PolicyRows.NewestAsync(transaction, kind, PolicyKind.TheOne) ?? shipped;
        return precondition.Allows(newest) ? (int)newest + 1 : null;
    }

    /// <summary>Call this before the change. It reads the policy in force inside the transaction, so that a retry reads it again.</summary>
    private async Task AuditAsync(
        DbTransaction transaction, string action, HealthModel model, IReadOnlyList<string> segments, bool announce,
        CancellationToken cancellation)
    {
        var inForce = (await policies.FreshAsync(cancellation)).Models;
        await PolicyAudit.AddAssignmentAsync(transaction, action, model, segments, inForce, announce, Now);
    }

    private Task AddAsync(DbTransaction transaction, string kind, string id, int version, byte[] document) => PolicyRows.AddDocumentAsync(
        transaction, new PolicyDocumentRow { Kind = kind, Id = id, Version = version, Document = Encoding.UTF8.GetString(document) }, Now);

    private Task ApplyAsync(DbTransaction transaction, string kind, string segment, string id, int version, bool announce) =>
        PolicyRows.AddChangeAsync(
            transaction, new PolicyChangeRow { At = Now, Kind = kind, Segment = segment, Id = id, Version = version, Announce = announce });

    private DateTimeOffset Now => Instant.Truncate(time.GetUtcNow());

    private void NotifyChange()
    {
        policies.Forget();
        signal.Set();
    }
}
