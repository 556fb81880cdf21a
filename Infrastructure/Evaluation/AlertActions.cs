using System.Data.Common;
using Dapper;
using HealthApi.Core.Accounts;
using HealthApi.Core.Alerts;
using HealthApi.Core.Evaluation;
using HealthApi.Core.Primitives;
using HealthApi.Infrastructure.Accounts;
using HealthApi.Infrastructure.Alerts;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Policies;
using HealthApi.Infrastructure.Webhooks.Outbox;

namespace HealthApi.Infrastructure.Evaluation;

/// <summary>
/// What people do with alerts. The account is locked and evaluated in the same transaction, so that the action meets the alert as it is
/// now, and alert, memory, history and messages change together. Each action can be repeated.
/// </summary>
public sealed class AlertActions(
    IDatabase database, IEvaluationSql sql, EvaluationPolicies policies, OutboxWriter outbox, OutboxSignal queued,
    EvaluationSignal processing, TimeProvider time)
{
    private const string SelectAccount = "SELECT account_id FROM alerts WHERE id = @Id";

    /// <param name="by">The name of the person or key, for the history.</param>
    public Task<AlertOutcome> AcknowledgeAsync(string id, string by, CancellationToken cancellation) =>
        ActAsync(
            id,
            new AlertAct(by),
            found => found.IsAcknowledged ? null : (facts, state) => AlertActs.Note(AlertChangeKind.Acknowledged, facts, state!),
            cancellation);

    /// <summary>Reminds of the alert at the instant by <c>alert.snooze_ended</c>, if it is not resolved by then.</summary>
    /// <param name="until">An instant in the future.</param>
    public Task<AlertOutcome> SnoozeAsync(string id, string by, DateTimeOffset until, CancellationToken cancellation)
    {
        var end = Instant.Truncate(until);
        return ActAsync(
            id,
            new AlertAct(by),
            found => found.State!.SnoozedUntil == end ? null : (facts, state) => AlertActs.Snooze(facts, state!, end),
            cancellation);
    }

    /// <summary>Resolves the alert; one that is resolved stays as it is.</summary>
    /// <param name="note">A note for the history, or null.</param>
    public async Task<AlertOutcome> ResolveAsync(string id, string by, string? note, CancellationToken cancellation)
    {
        var outcome = await ActAsync(
            id, new AlertAct(by, note), _ => (facts, state) => AlertActs.Resolve(facts, state!), cancellation);
        return outcome == AlertOutcome.Resolved ? AlertOutcome.Done : outcome;
    }

    /// <param name="owner">The owner; null gives the alert back to the account's owner.</param>
    public Task<AlertOutcome> AssignAsync(string id, string by, string? owner, CancellationToken cancellation) =>
        ActAsync(
            id,
            new AlertAct(by, Owner: owner),
            found => found.Alert.AssignedOwner == owner
                ? null : (facts, state) => AlertActs.Note(AlertChangeKind.Assigned, facts, state!),
            cancellation);

    public Task<AlertOutcome> ReopenAsync(string id, string by, CancellationToken cancellation) =>
        ActAsync(
            id,
            new AlertAct(by),
            found => (facts, state) => AlertActs.Reopen(facts, state, found.Resolved),
            cancellation,
            reopens: true);

    /// <param name="choose">The action on the alert; null where there is nothing to change.</param>
    private async Task<AlertOutcome> ActAsync(
        string id, AlertAct act, Func<Found, Func<AlertFacts, AlertState?, AlertStep>?> choose, CancellationToken cancellation,
        bool reopens = false)
    {
        await outbox.PrepareAsync(database, cancellation);
        var (outcome, deliveries) = await policies.EvaluateAsync(
            policy => database.WriteAsync(
                async transaction =>
                {
                    var found = await FindAsync(transaction, id, policy);
                    if (found.Outcome is { } failed) return (failed, 0);
                    if (found.Value!.Prevents(reopens) is { } outcome) return (outcome, 0);
                    return choose(found.Value) is { } change
                        ? (AlertOutcome.Done, await WriteAsync(transaction, found.Value, change, act, policy, cancellation))
                        : (AlertOutcome.Done, 0);
                },
                cancellation),
            cancellation);
        if (deliveries > 0) queued.Set();
        processing.Set();
        return outcome;
    }

    private async Task<(Found? Value, AlertOutcome? Outcome)> FindAsync(DbTransaction transaction, string id, EvaluationPolicy policy)
    {
        var accountId = await transaction.Connection!.QuerySingleOrDefaultAsync<string>(SelectAccount, new { Id = id }, transaction);
        if (accountId is null) return (null, AlertOutcome.NotFound);
        if (!(await sql.LoadAsync(transaction, [accountId])).TryGetValue(accountId, out var record)) return (null, AlertOutcome.NotFound);
        if (record.Fault is not null) return (null, AlertOutcome.AccountParked);
        if (!(await AlertRows.ReadAsync(transaction, [id])).TryGetValue(id, out var row)) return (null, AlertOutcome.NotFound);
        var now = Instant.Truncate(time.GetUtcNow());
        var evaluation = AccountEvaluator.Evaluate(record.Figures, record.Account, record.CreatedAt, record.Memory, policy, now);
        return (new Found(row.ToAlert(), record, evaluation), null);
    }

    private async Task<int> WriteAsync(
        DbTransaction transaction, Found found, Func<AlertFacts, AlertState?, AlertStep> change, AlertAct act, EvaluationPolicy policy,
        CancellationToken cancellation)
    {
        var (record, alert) = (found.Record, found.Alert);
        var (evaluation, changed) = AlertActing.Apply(found.Evaluation, policy, record.CreatedAt, alert.Metric, change);
        var writer = new EvaluationWriter(sql, outbox, NotificationMode.Send, policy.Alerts);
        writer.Add(new AccountChange(record, evaluation, record.Figures.Encode(evaluation.Standing.AsOf), record.RestateFrom), null);
        writer.Add(changed, evaluation.Standing, act);
        return await writer.WriteAsync(transaction, cancellation);
    }

    /// <summary>An alert with its account as evaluated now.</summary>
    private sealed record Found(Alert Alert, AccountRecord Record, AccountEvaluation Evaluation)
    {
        /// <summary>The most alerts of one account and metric among which the number of an alert is searched.</summary>
        private const int MostAlerts = 10_000;

        public AlertState? State => Evaluation.Memory.Alerts?.State(Alert.Metric);

        public bool IsAcknowledged => Alert.Status == AlertStatus.Acknowledged;

        public ResolvedAlert Resolved => new(
            Enumerable.Range(1, MostAlerts).First(number => IdOf(number) == Alert.Id),
            Math.Max(Alert.Changes, LastChange),
            Alert.Messages > 0,
            Alert.ConfirmedAt is not null,
            Alert.Worst);

        /// <summary>Whether the alert is open after the evaluation.</summary>
        private bool IsOpen => State is { IsOpen: true } state && IdOf(state.Open) == Alert.Id;

        /// <summary>The evaluation itself may have resolved the alert.</summary>
        private int LastChange => Evaluation.Alerts.Where(change => change.AlertId == Alert.Id).Select(change => change.Number)
            .DefaultIfEmpty().Max();

        /// <summary>The outcome where the action has nothing to do or is not possible; null where it goes ahead.</summary>
        public AlertOutcome? Prevents(bool reopens)
        {
            if (!reopens) return IsOpen ? null : AlertOutcome.Resolved;
            if (IsOpen) return AlertOutcome.Done;
            if (State is { IsOpen: true }) return AlertOutcome.AnotherIsOpen;
            return Evaluation.Standing.Phase == LifecyclePhases.Churned ? AlertOutcome.Churned : null;
        }

        private string IdOf(int number) => AlertId.Of(Alert.AccountId, Record.CreatedAt, Alert.Metric, number);
    }
}
