using HealthApi.Core.Churn;
using HealthApi.Core.Evaluation;
using HealthApi.Core.Events;
using HealthApi.Core.Primitives;
using HealthApi.Core.Signals;

namespace HealthApi.Core.History;

/// <summary>
/// Finds the instant at which indicators began to fire, within the days that <see cref="IndicatorDays"/> found: after each event of
/// such a day, and at each instant of it at which time alone changes something, the conditions are looked at. A day with very many
/// events is looked at once a minute.
/// </summary>
public sealed class IndicatorOnsets : ILogFold
{
    private const int ManyEvents = 1_000;

    private static readonly TimeSpan Sparse = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, DateTimeOffset> _onsets = new(StringComparer.Ordinal);
    private readonly Queue<Search> _searches;
    private readonly RunningFigures _running;
    private readonly AccountPast _past;
    private readonly EvaluationPolicy _policy;
    private readonly DaySteps _days;
    private readonly DateTimeOffset _at;

    /// <param name="days">The day of each indicator that is looked for.</param>
    /// <param name="at">The instant at which all of them fire.</param>
    public IndicatorOnsets(
        AccountBaseline? baseline,
        AccountPast past,
        EvaluationPolicy policy,
        IReadOnlyList<ChurnIndicator> firing,
        IReadOnlyDictionary<string, IndicatorDay> days,
        DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(firing);
        (_past, _policy, _days, _at) = (past, policy, JudgedDays.Of(firing), at);
        _running = new RunningFigures(baseline.UsableAt(at)?.Open() ?? new AccountFigures(), at);
        var searches = firing.Where(indicator => days.ContainsKey(indicator.Id))
            .GroupBy(indicator => days[indicator.Id]).OrderBy(group => group.Key.Day);
        _searches = new Queue<Search>(searches.Select(group => new Search(group.Key, [.. group])));
    }

    public void Take(LoggedEvent logged)
    {
        ArgumentNullException.ThrowIfNull(logged);
        if (!logged.CountsAt(_at)) return;
        var happened = logged.Event.OccurredAt < _at ? logged.Event.OccurredAt : _at;
        while (_searches.TryPeek(out var over) && over.Day < happened.ToDay()) Finish(_searches.Dequeue());
        var search = _searches.TryPeek(out var next) && next.Day == happened.ToDay() ? next : null;
        if (search is not null) Walk(search, happened);
        _running.Apply(logged.Event);
        if (search is not null && happened - search.Last >= search.Step) Look(search, happened);
    }

    /// <summary>Since when each indicator has been firing, once all events were taken.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset> Complete()
    {
        while (_searches.TryDequeue(out var search)) Finish(search);
        return _onsets;
    }

    private void Finish(Search search)
    {
        var end = Instant.EndOfDay(search.Day);
        if (end > _at) end = _at;
        Walk(search, end);
        Look(search, end);
    }

    /// <summary>Looks at the instants before another at which time alone changes something.</summary>
    private void Walk(Search search, DateTimeOffset until)
    {
        while (DayWalk.NextChange(_running.Figures, _past, _policy, _days, search.Last) is { } edge)
        {
            var next = edge - search.Last < search.Step ? search.Last + search.Step : edge;
            if (next >= until) return;
            Look(search, next);
        }
    }

    private void Look(Search search, DateTimeOffset instant)
    {
        var signals = SignalDeriver.Derive(_running.Figures, _past.ProfileAt(instant), instant);
        foreach (var indicator in search.Indicators)
        {
            if (indicator.Condition.Holds(signals)) _onsets.TryAdd(indicator.Id, instant);
            else _onsets.Remove(indicator.Id);
        }

        search.Last = instant;
    }

    private sealed class Search(IndicatorDay day, IReadOnlyList<ChurnIndicator> indicators)
    {
        public int Day => day.Day;

        public IReadOnlyList<ChurnIndicator> Indicators => indicators;

        public TimeSpan Step { get; } = day.Events > ManyEvents ? Sparse : TimeSpan.Zero;

        public DateTimeOffset Last { get; set; } = Instant.EndOfDay(day.Day - 1);
    }
}
