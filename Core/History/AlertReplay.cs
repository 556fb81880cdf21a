using HealthApi.Core.Alerts;
using HealthApi.Core.Evaluation;
using HealthApi.Core.Events;
using HealthApi.Core.Primitives;

namespace HealthApi.Core.History;

/// <summary>A decision about an alert that a replay has made.</summary>
/// <param name="Owner">The owner of the account then, or null.</param>
/// <param name="Limit">The messages that the owner may get within 7 days; null for no limit.</param>
public sealed record ReplayedAlert(AlertChange Change, string Segment, string? Owner, int? Limit);

/// <summary>
/// Plays an account's log through the live evaluation and collects its decisions about alerts. The account is evaluated when an event
/// becomes known, when time alone could change its standing, and when its profile, an override or the policy changes. An event that was
/// received within <see cref="Prompt"/> of its occurrence is known when it was received; a later one, such as an imported event, counts as
/// known when it happened. So without late events the decisions are those of the live service, except for what people did with alerts.
/// </summary>
public sealed class AlertReplay : ILogFold
{
    /// <summary>How long after its occurrence an event may be received and still not be late.</summary>
    public static readonly TimeSpan Prompt = TimeSpan.FromHours(1);

    private readonly PriorityQueue<HealthEvent, DateTimeOffset> _waiting = new();
    private readonly List<ReplayedAlert> _alerts = [];
    private readonly RunningFigures _running;
    private readonly AccountPast _past;
    private readonly EvaluationPolicy _policy;
    private readonly DateTimeOffset _until;
    private AccountMemory _memory = AccountMemory.Empty;
    private DateTimeOffset? _due;
    private int _forgotten;

    /// <param name="policy">The policies to replay with, with those that were in force before.</param>
    /// <param name="until">The replay ends before this instant.</param>
    public AlertReplay(AccountBaseline? baseline, AccountPast past, EvaluationPolicy policy, DateTimeOffset until)
    {
        ArgumentNullException.ThrowIfNull(past);
        (_past, _policy, _until) = (past, policy, until);
        _running = new RunningFigures(baseline?.Open() ?? new Signals.AccountFigures(), DateTimeOffset.MaxValue);
        _due = baseline?.Horizon ?? past.Since;
    }

    /// <summary>The instant of the first evaluation; null before it.</summary>
    public DateTimeOffset? FirstAt { get; private set; }

    public void Take(LoggedEvent logged)
    {
        ArgumentNullException.ThrowIfNull(logged);
        var (occurredAt, receivedAt) = (logged.Event.OccurredAt, logged.ReceivedAt);
        EvaluateKnown(occurredAt - Prompt);
        _waiting.Enqueue(logged.Event, receivedAt - occurredAt <= Prompt ? receivedAt : occurredAt);
    }

    /// <summary>The decisions, in order. Call it after all events were taken.</summary>
    public IReadOnlyList<ReplayedAlert> Complete()
    {
        EvaluateKnown(_until);
        EvaluateDue(_until);
        return _alerts;
    }

    /// <summary>Applies the events that became known before an instant; those of one instant together.</summary>
    private void EvaluateKnown(DateTimeOffset before)
    {
        while (_waiting.TryPeek(out _, out var at) && at < before && at < _until)
        {
            EvaluateDue(at);
            while (_waiting.TryPeek(out var next, out var known) && known == at)
            {
                _waiting.Dequeue();
                _running.Apply(next);
            }

            Evaluate(at);
        }
    }

    private void EvaluateDue(DateTimeOffset before)
    {
        while (_due < before) Evaluate(_due.Value);
    }

    private void Evaluate(DateTimeOffset at)
    {
        var instant = Instant.Truncate(at);
        FirstAt ??= instant;
        var inForce = _policy.At(instant);
        var evaluation = AccountEvaluator.Evaluate(
            _running.Figures, _past.ProfileAt(instant), _past.Since, _memory with { Override = _past.OverrideAt(instant) }, inForce,
            instant);
        _memory = evaluation.Memory;
        var limit = inForce.Alerts.For(evaluation.Standing.Segment).MaxPerOwnerPerWeek;
        foreach (var change in evaluation.Alerts)
            _alerts.Add(new ReplayedAlert(change, evaluation.Standing.Segment, evaluation.Standing.Account.Owner, limit));
        if (instant.ToDay() != _forgotten) _running.Forget(instant);
        _forgotten = instant.ToDay();
        DateTimeOffset?[] next = [evaluation.DueAt, _past.NextEdge(instant), _policy.ChangeAfter(instant)];
        _due = next.Where(due => due > instant).Min();
    }
}
