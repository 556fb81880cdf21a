namespace HealthApi.Api.Commands.Demo;

/// <summary>
/// A clock that moves only when its methods move it. Timers created from it (<c>Task.Delay</c>, cancellation deadlines, Polly) fire while
/// it moves, in the order of their due times. While a timer fires, its due time is "now".
/// </summary>
internal class SimulatedClock(DateTimeOffset start) : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<ManualTimer> _timers = [];
    private DateTimeOffset _now = start;
    private TimeSpan _setBack;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>The number of waiting timers. A test can wait until the code that uses this clock has gone to sleep.</summary>
    public int ActiveTimers
    {
        get
        {
            lock (_lock) return _timers.Count;
        }
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock) return _now;
    }

    public override long GetTimestamp()
    {
        lock (_lock) return (_now + _setBack).UtcTicks;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock forward and fires the timers that fall due on the way.</summary>
    public void Advance(TimeSpan by) => MoveTo(GetUtcNow() + by);

    /// <summary>
    /// Moves the clock, stopping at each timer that falls due before the target. Moving it back is allowed and fires nothing.
    /// </summary>
    public virtual void MoveTo(DateTimeOffset target)
    {
        while (TakeDue(target) is { } timer) timer.Fire();
    }

    /// <summary>Moves the clock at once and then fires the timers that fell due, so that woken code sees the target time.</summary>
    public void JumpTo(DateTimeOffset target)
    {
        List<ManualTimer> due;
        lock (_lock)
        {
            _now = target;
            due = [.. _timers.Where(timer => timer.DueAt <= target).OrderBy(timer => timer.DueAt)];
            foreach (var timer in due) Schedule(timer, timer.Period);
        }

        foreach (var timer in due) timer.Fire();
    }

    /// <summary>
    /// Sets the clock back as an operator does: it shows an earlier time, while timers and measured durations are not affected.
    /// </summary>
    public void SetBack(TimeSpan by)
    {
        lock (_lock)
        {
            (_now, _setBack) = (_now - by, _setBack + by);
            foreach (var timer in _timers) timer.DueAt -= by;
        }
    }

    /// <summary>
    /// Takes the next timer that falls due by the target. Without one, moves the clock to the target under the same lock, so that no
    /// timer is created in between and skipped.
    /// </summary>
    private ManualTimer? TakeDue(DateTimeOffset target)
    {
        lock (_lock)
        {
            var due = _timers.Where(timer => timer.DueAt <= target).MinBy(timer => timer.DueAt);
            if (due is null)
            {
                _now = target;
                return null;
            }

            if (due.DueAt > _now) _now = due.DueAt;
            Schedule(due, due.Period);
            return due;
        }
    }

    private void Schedule(ManualTimer timer, TimeSpan dueTime)
    {
        _timers.Remove(timer);
        if (dueTime < TimeSpan.Zero) return;
        timer.DueAt = _now + dueTime;
        _timers.Add(timer);
    }

    private sealed class ManualTimer(SimulatedClock clock, TimerCallback callback, object? state) : ITimer
    {
        public DateTimeOffset DueAt { get; set; }

        public TimeSpan Period { get; private set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var atOnce = dueTime == TimeSpan.Zero;
            lock (clock._lock)
            {
                Period = period == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : period;
                clock.Schedule(this, atOnce ? Period : dueTime);
            }

            if (atOnce) ThreadPool.QueueUserWorkItem(_ => Fire());
            return true;
        }

        public void Dispose()
        {
            lock (clock._lock) clock._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
