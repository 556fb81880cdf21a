using HealthApi.Core.Churn;
using HealthApi.Core.Evaluation;
using HealthApi.Core.Events;
using HealthApi.Core.Primitives;
using HealthApi.Core.Signals;

namespace HealthApi.Core.History;

/// <summary>
/// Finds the instant at which each indicator began to fire, within the day that <see cref="IndicatorDays"/> found. The conditions are
/// evaluated after each event of that day and at each instant of it at which time alone changes something. On a day with more than 1,000
/// events they are evaluated at most once a minute.
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
    private readonly SignalUses _uses;
    private readonly DateTimeOffset _at;

    /// <param name="days">The day on which each indicator began to fire.</param>
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
        (_past, _policy, _uses, _at) = (past, policy, JudgedSignals.Of(firing), at);
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
        if (search is not null && happened - search.Last >= search.Step) Evaluate(search, happened);
    }

    /// <summary>The instant at which each indicator began to fire. Call it after all events were taken.</summary>
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
        Evaluate(search, end);
    }

    /// <summary>Evaluates the instants before <paramref name="until"/> at which time alone changes something.</summary>
    private void Walk(Search search, DateTimeOffset until)
    {
        while (DayWalk.NextChange(_running.Figures, _past, _policy, _uses, search.Last) is { } edge)
        {
            var next = edge - search.Last < search.Step ? search.Last + search.Step : edge;
            if (next >= until) return;
            Evaluate(search, next);
        }
    }

    private void Evaluate(Search search, DateTimeOffset instant)
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
