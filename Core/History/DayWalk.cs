using HealthApi.Core.Evaluation;
using HealthApi.Core.Events;
using HealthApi.Core.Primitives;
using HealthApi.Core.Signals;

namespace HealthApi.Core.History;

/// <summary>
/// Walks through an account's log day by day and evaluates the end of every UTC day on which something can change. Each day uses the
/// profile, the override and the policy that were in force then.
/// </summary>
public abstract class DayWalk : ILogFold
{
    private readonly RunningFigures _running;
    private readonly int _fromDay, _toDay;
    private readonly SignalUses? _uses;
    private int? _next;

    /// <param name="fromDay">The first day that may be evaluated.</param>
    /// <param name="toDay">The day after the last one that may be evaluated.</param>
    /// <param name="keepFrom">An instant at which <see cref="Figures"/> will be evaluated, if it may be earlier than the last day.</param>
    /// <param name="uses">The signals that matter; null for those that the policy in force uses.</param>
    private protected DayWalk(
        AccountBaseline? baseline,
        AccountPast past,
        EvaluationPolicy policy,
        int fromDay,
        int toDay,
        DateTimeOffset? keepFrom,
        SignalUses? uses = null)
    {
        (Past, Policy, _fromDay, _toDay, _uses) = (past, policy, fromDay, toDay, uses);
        _running = new RunningFigures(baseline?.Open() ?? new AccountFigures(), keepFrom ?? DateTimeOffset.MaxValue);
        if (baseline is not null) Begin(baseline.Horizon.ToDay());
    }

    /// <summary>The first day of the walk; null until the walk has begun.</summary>
    public int? FirstDay { get; private set; }

    /// <summary>The number of events taken, without those of the baseline.</summary>
    public long Events { get; private set; }

    /// <summary>The figures of the baseline and of all events taken so far.</summary>
    public AccountFigures Figures => _running.Figures;

    private protected AccountPast Past { get; }

    private protected EvaluationPolicy Policy { get; }

    public virtual void Take(LoggedEvent logged)
    {
        ArgumentNullException.ThrowIfNull(logged);
        Take(logged.Event);
    }

    public void Take(HealthEvent happened)
    {
        ArgumentNullException.ThrowIfNull(happened);
        var day = happened.OccurredAt.ToDay();
        if (_next is null) Begin(day);
        while (_next < _toDay && _next < day) FinishDay(_next.Value, day);
        _running.Apply(happened);
        Events++;
    }

    /// <summary>
    /// The first instant after <paramref name="after"/> at which time, the policy, the profile or an override can change the standing.
    /// </summary>
    /// <param name="uses">The signals that matter; null for those that the policy in force uses.</param>
    internal static DateTimeOffset? NextChange(
        AccountFigures figures, AccountPast past, EvaluationPolicy policy, SignalUses? uses, DateTimeOffset after)
    {
        var (inForce, account) = (policy.At(after), EffectiveAccount.Apply(past.ProfileAt(after), figures.TermsAt(after)));
        var byTime = SignalDeriver.NextChangeOfEffective(
            figures, account, inForce.Segments.Phases, uses ?? inForce.For(inForce.Segments.Of(account)).Uses, after);
        DateTimeOffset?[] changes = [byTime, policy.ChangeAfter(after), past.NextEdge(after)];
        return changes.Min();
    }

    /// <summary>Sets the day at which the walk begins.</summary>
    private protected void Begin(int day) => FirstDay = _next = Math.Max(_fromDay, day);

    /// <summary>Evaluates the remaining days after all events were taken.</summary>
    private protected void Finish()
    {
        while (_next < _toDay) FinishDay(_next.Value, int.MaxValue);
    }

    /// <summary>Evaluates a day; <see cref="Figures"/> are those of its end.</summary>
    /// <param name="end">The last microsecond of the day.</param>
    private protected abstract void EvaluateDay(int day, DateTimeOffset end);

    /// <param name="eventDay">The day of the next event. Days before it on which nothing can change are skipped.</param>
    private void FinishDay(int day, int eventDay)
    {
        var end = Instant.EndOfDay(day);
        EvaluateDay(day, end);
        _next = eventDay <= day + 1 ? day + 1 : Math.Min(eventDay, NextChange(Figures, Past, Policy, _uses, end)?.ToDay() ?? int.MaxValue);
        _running.Forget(end);
    }
}
