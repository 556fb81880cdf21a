using HealthApi.Core.Churn;
using HealthApi.Core.Evaluation;
using HealthApi.Core.Events;
using HealthApi.Core.Primitives;
using HealthApi.Core.Signals;

namespace HealthApi.Core.History;

/// <summary>
/// Finds the UTC day on which each firing indicator began to fire, from all that is known now. It is the first day of the unbroken series
/// of days at whose end the condition holds, up to the instant asked for. <see cref="IndicatorOnsets"/> finds the instant within that day.
/// </summary>
public sealed class IndicatorDays : DayWalk
{
    private readonly Dictionary<string, IndicatorDay> _firing = new(StringComparer.Ordinal);
    private readonly Dictionary<int, long> _events = [];
    private readonly IReadOnlyList<ChurnIndicator> _indicators;
    private readonly DateTimeOffset _at;
    private bool _hasEvaluated;

    /// <param name="firing">The indicators that fire at the instant.</param>
    /// <param name="at">The instant.</param>
    public IndicatorDays(
        AccountBaseline? baseline, AccountPast past, EvaluationPolicy policy, IReadOnlyList<ChurnIndicator> firing, DateTimeOffset at)
        : base(baseline.UsableAt(at), past, policy, int.MinValue, at.ToDay(), at, JudgedSignals.Of(firing))
    {
        ArgumentNullException.ThrowIfNull(past);
        (_indicators, _at) = (firing, at);
        Baseline = baseline.UsableAt(at);
        if (Baseline is null && past.Since > DateTimeOffset.MinValue && past.Since <= at) Begin(past.Since.ToDay());
    }

    /// <summary>
    /// The baseline at which the walk began, or null. An indicator that fires on the first day after a baseline may have begun to fire
    /// earlier.
    /// </summary>
    public AccountBaseline? Baseline { get; }

    public override void Take(LoggedEvent logged)
    {
        ArgumentNullException.ThrowIfNull(logged);
        if (!logged.CountsAt(_at)) return;
        var day = Math.Min(logged.Event.OccurredAt.ToDay(), _at.ToDay());

        // The figures of a baseline or checkpoint are not valid before it, whenever the events beside it happened.
        if (Baseline is not null) day = Math.Max(day, Baseline.Horizon.ToDay());
        if (!_hasEvaluated && day < FirstDay) Begin(day);
        _events[day] = _events.GetValueOrDefault(day) + 1;
        Take(logged.Event);
    }

    /// <summary>The day of each indicator. Call it after all events were taken.</summary>
    public IReadOnlyDictionary<string, IndicatorDay> Complete()
    {
        Finish();
        EvaluateDay(_at.ToDay(), _at);
        return _firing;
    }

    private protected override void EvaluateDay(int day, DateTimeOffset end)
    {
        var signals = SignalDeriver.Derive(Figures, Past.ProfileAt(end), end);
        foreach (var indicator in _indicators)
        {
            if (!indicator.Condition.Holds(signals)) _firing.Remove(indicator.Id);
            else _firing.TryAdd(indicator.Id, new IndicatorDay(day, _events.GetValueOrDefault(day), !_hasEvaluated));
        }

        _hasEvaluated = true;
    }
}

/// <summary>The UTC day on which an indicator began to fire.</summary>
/// <param name="Events">The number of events on that day.</param>
/// <param name="IsFirst">Whether it is the first day that was evaluated.</param>
public sealed record IndicatorDay(int Day, long Events, bool IsFirst);
