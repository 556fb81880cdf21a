using HealthApi.Core.Events;
using HealthApi.Core.Signals;

namespace HealthApi.Core.Scoring;

/// <summary>
/// Tells history again from the event log, by the profile and override that held and the policy that was in force at each instant: the standings at the
/// end of days, only those that differ from the day before. There is none before the account's first event, or before its baseline's horizon.
/// </summary>
public sealed class HistoryFold : ILogFold
{
    private static readonly TimeSpan OneMicrosecond = TimeSpan.FromMicroseconds(1);

    private readonly List<DayStanding> _days = [];
    private readonly RunningFigures _running;
    private readonly AccountPast _past;
    private readonly EvaluationPolicy _policy;
    private readonly int _fromDay, _toDay;
    private int? _next;

    /// <param name="fromDay">The first day that is told.</param>
    /// <param name="toDay">The day before which the last that is told lies.</param>
    /// <param name="keepFrom">An instant that <see cref="Figures"/> are to be evaluated at, where it may lie before the last day told.</param>
    public HistoryFold(AccountBaseline? baseline, AccountPast past, EvaluationPolicy policy, int fromDay, int toDay, DateTimeOffset? keepFrom = null)
    {
        (_past, _policy, _fromDay, _toDay) = (past, policy, fromDay, toDay);
        _running = new RunningFigures(baseline?.Open() ?? new AccountFigures(), keepFrom ?? DateTimeOffset.MaxValue);
        if (baseline is not null) Begin(baseline.Horizon.ToDay());
    }

    /// <summary>The first day told; null while nothing is known of the account.</summary>
    public int? FirstDay { get; private set; }

    /// <summary>Events taken, the baseline's aside.</summary>
    public long Events { get; private set; }

    /// <summary>The figures of all events taken so far.</summary>
    public AccountFigures Figures => _running.Figures;

    public void Take(LoggedEvent logged)
    {
        ArgumentNullException.ThrowIfNull(logged);
        Take(logged.Event);
    }

    public void Take(HealthEvent happened)
    {
        ArgumentNullException.ThrowIfNull(happened);
        var day = happened.OccurredAt.ToDay();
        if (_next is null) Begin(day);
        while (_next < _toDay && _next < day) Tell(_next.Value, day);
        _running.Apply(happened);
        Events++;
    }

    /// <summary>The rows, once all events were taken.</summary>
    public IReadOnlyList<DayStanding> Complete()
    {
        while (_next < _toDay) Tell(_next.Value, int.MaxValue);
        return _days;
    }

    private void Begin(int day) => FirstDay = _next = Math.Max(_fromDay, day);

    /// <param name="eventDay">The day of the next event; the days between on which nothing can change are skipped.</param>
    private void Tell(int day, int eventDay)
    {
        var end = Instant.FromDay(day + 1) - OneMicrosecond;
        var standing = DayStanding.Of(TimeTravel.Stand(Figures, _past, _policy, end), day);
        if (_days.Count == 0 || !_days[^1].SameStanding(standing)) _days.Add(standing);
        _next = eventDay <= day + 1 ? day + 1 : Math.Min(eventDay, NextChange(end));
        _running.Forget(end);
    }

    /// <summary>The first day after the instant on which time, a change of the policy or the owner can change anything; the days before it are as this one.</summary>
    private int NextChange(DateTimeOffset end)
    {
        var byTime = SignalDeriver.NextChange(Figures, _past.ProfileAt(end), _policy.At(end).Segments.Phases, end);
        DateTimeOffset?[] changes = [byTime, _policy.ChangeAfter(end), _past.NextEdge(end)];
        return changes.Min()?.ToDay() ?? int.MaxValue;
    }
}
