using System.Data.Common;
using System.Text;
using HealthApi.Core.Accounts;
using HealthApi.Core.Alerts;
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
/// Stores models, churn rules, segment policies and alert policies. Versions count from 1 (a built-in document is version 1) and never
/// change. A document takes effect in the transaction that adds the job to evaluate the affected accounts.
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
    public Task<Write<ActivatedPolicy<ChurnRuleSet>>> PutRulesAsync(
        ChurnRuleSet rules, Precondition precondition, bool announce, CancellationToken cancellation)
    {
        var kind = new SinglePolicy<ChurnRuleSet>(
            PolicyKind.ChurnRules, AuditKinds.ChurnRules, RescoreKinds.ChurnRulesChange, BuiltInChurnRules.Default.Version,
            ChurnRuleSetWriter.ToUtf8);
        return PutAsync(kind, version => rules with { Version = version }, precondition, announce, cancellation);
    }

    /// <summary>
    /// Stores the next version of the segment policy and puts it in force. Returns <see cref="WriteStatus.Updated"/> or <see
    /// cref="WriteStatus.PreconditionFailed"/>.
    /// </summary>
    public Task<Write<ActivatedPolicy<SegmentPolicy>>> PutSegmentsAsync(
        SegmentPolicy segments, Precondition precondition, bool announce, CancellationToken cancellation)
    {
        var kind = new SinglePolicy<SegmentPolicy>(
            PolicyKind.Segments, AuditKinds.Segments, RescoreKinds.SegmentsChange, SegmentPolicy.Default.Version,
            SegmentPolicyWriter.ToUtf8);
        return PutAsync(kind, version => segments with { Version = version }, precondition, announce, cancellation);
    }

    /// <summary>
    /// Stores the next version of the alert policy and puts it in force. Returns <see cref="WriteStatus.Updated"/> or <see
    /// cref="WriteStatus.PreconditionFailed"/>.
    /// </summary>
    public Task<Write<ActivatedPolicy<AlertPolicy>>> PutAlertsAsync(
        AlertPolicy alerts, Precondition precondition, bool announce, CancellationToken cancellation)
    {
        var kind = new SinglePolicy<AlertPolicy>(
            PolicyKind.Alerts, AuditKinds.AlertPolicy, RescoreKinds.AlertPolicyChange, AlertPolicy.BuiltIn.Version,
            AlertPolicyWriter.ToUtf8);
        return PutAsync(kind, version => alerts with { Version = version }, precondition, announce, cancellation);
    }

    private async Task<Write<ActivatedPolicy<T>>> PutAsync<T>(
        SinglePolicy<T> kind, Func<int, T> numbered, Precondition precondition, bool announce, CancellationToken cancellation)
        where T : class
    {
        var write = await database.WriteAsync(
            async transaction =>
            {
                var newest = (int)(await PolicyRows.NewestAsync(transaction, kind.Name, PolicyKind.TheOne) ?? kind.BuiltInVersion);
                if (!precondition.Allows(newest)) return new Write<ActivatedPolicy<T>>(WriteStatus.PreconditionFailed);
                var (version, next) = (newest + 1, numbered(newest + 1));
                await AddAsync(transaction, kind.Name, PolicyKind.TheOne, version, kind.ToUtf8(next));
                await ApplyAsync(transaction, kind.Name, "", PolicyKind.TheOne, version, announce);
                await PolicyAudit.AddVersionAsync(transaction, kind.AuditKind, PolicyKind.TheOne, newest, version, announce, Now);
                var job = await jobs.AddAsync(transaction, kind.Job, RescoreRequest.All);
                return new Write<ActivatedPolicy<T>>(WriteStatus.Updated, new ActivatedPolicy<T>(next, job));
            },
            cancellation);
        NotifyChange();
        return write;
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

    /// <summary>A kind of policy of which one document is in force.</summary>
    private sealed record SinglePolicy<T>(string Name, string AuditKind, string Job, int BuiltInVersion, Func<T, byte[]> ToUtf8);
}
