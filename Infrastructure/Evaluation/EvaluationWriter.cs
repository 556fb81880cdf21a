using System.Data.Common;
using HealthApi.Core.Alerts;
using HealthApi.Core.Evaluation;
using HealthApi.Core.Thresholds;
using HealthApi.Core.Webhooks;
using HealthApi.Infrastructure.Alerts;
using HealthApi.Infrastructure.History;
using HealthApi.Infrastructure.Policies;
using HealthApi.Infrastructure.Webhooks.Outbox;

namespace HealthApi.Infrastructure.Evaluation;

/// <summary>Collects the evaluations of a transaction and writes them: states, history, crossings, alerts and messages.</summary>
/// <param name="alerts">The alert policy, for the budgets of owners.</param>
internal sealed class EvaluationWriter(IEvaluationSql sql, OutboxWriter outbox, NotificationMode notifications, AlertPolicy alerts)
{
    private readonly List<AccountChange> _changes = [];
    private readonly List<AccountRecord> _parked = [];
    private readonly List<Crossing> _crossings = [];
    private readonly List<AlertEntry> _alerts = [];
    private readonly List<(WebhookMessage Message, WebhookFacts Facts)> _messages = [];

    /// <summary>The numbers of what was added so far.</summary>
    public EvaluationTally Tally => new(_changes.Count, _changes.Count(HasMoved), _crossings.Count, 0);

    /// <summary>Accounts with a fault, to be parked in the same transaction.</summary>
    public IReadOnlyList<AccountRecord> Parked => _parked;

    /// <summary>The accounts that were evaluated, for the <see cref="IAccountCache"/> once the transaction is committed.</summary>
    public IReadOnlyList<AccountChange> Changes => _changes;

    /// <summary>Adds an account that cannot be evaluated.</summary>
    public void Park(AccountRecord record) => _parked.Add(record);

    /// <summary>Adds an evaluation.</summary>
    /// <exception cref="StalePolicyException">Another process has already evaluated the account with a newer policy.</exception>
    public void Add(AccountChange change, string? traceParent)
    {
        if (change.Before.Memory.Revision > change.Evaluation.Memory.Revision) throw new StalePolicyException();
        if (notifications == NotificationMode.Withhold) change = change with { Evaluation = change.Evaluation.Withheld() };
        _changes.Add(change);
        _crossings.AddRange(change.Evaluation.Crossings);
        foreach (var alert in change.Evaluation.Alerts) _alerts.Add(EntryOf(alert, change.Evaluation.Standing, traceParent));
        if (notifications == NotificationMode.Withhold) return;
        foreach (var crossing in change.Evaluation.Crossings.Where(crossing => crossing.Announced))
            _messages.Add(CrossingMessage.Of(crossing, change.Evaluation.Standing, traceParent));
        foreach (var notice in change.Evaluation.Notices)
            _messages.Add(NoticeMessage.Of(notice, change.Evaluation.Standing, traceParent));
    }

    /// <summary>Adds what a person did with an alert of an account that was evaluated.</summary>
    public void Add(AlertChange alert, AccountStanding standing, AlertAct act) =>
        _alerts.Add(EntryOf(alert, standing, null) with { Act = act });

    private AlertEntry EntryOf(AlertChange alert, AccountStanding standing, string? traceParent) =>
        new(alert, standing.Account, standing.Segment, alerts.For(standing.Segment).MaxPerOwnerPerWeek, traceParent);

    private static bool HasMoved(AccountChange change)
    {
        var (before, after) = (change.Before.Memory, change.Evaluation.Memory);
        return before.Category != after.Category || before.RiskLevel != after.RiskLevel;
    }

    /// <summary>Writes everything that was added.</summary>
    /// <returns>The number of queued deliveries.</returns>
    public async Task<int> WriteAsync(DbTransaction transaction, CancellationToken cancellation)
    {
        if (_changes.Count == 0) return 0;
        await sql.SaveAsync(transaction, _changes);
        await EvaluationMarks.WriteAsync(transaction, _changes);
        foreach (var ahead in _changes.Where(change => change.IsBehind).GroupBy(change => change.Evaluation.Standing.AsOf))
            await NewestRow.MendAsync(transaction, [.. ahead.Select(change => change.Before.Account.Id)], ahead.Key);
        if (_crossings.Count > 0) await sql.AppendCrossingsAsync(transaction, _crossings);
        if (_alerts.Count > 0) _messages.AddRange(await AlertWriter.WriteAsync(transaction, _alerts));
        return await outbox.AppendAsync(transaction, _messages, cancellation);
    }
}
