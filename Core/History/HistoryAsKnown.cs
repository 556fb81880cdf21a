using HealthApi.Core.Evaluation;
using HealthApi.Core.Events;
using HealthApi.Core.Primitives;

namespace HealthApi.Core.History;

/// <summary>
/// The history as it was known at an instant: only events received by then count. The last row is the standing at that instant, on its own
/// day. There is no row before the first event. Pruned events count as in <see cref="TimeTravel.AsKnownThen"/>.
/// </summary>
public sealed class HistoryAsKnown : ILogFold
{
    private readonly HistoryFold _history;
    private readonly AccountPast _past;
    private readonly EvaluationPolicy _policy;
    private readonly DateTimeOffset _at;

    public HistoryAsKnown(AccountBaseline? baseline, AccountPast past, EvaluationPolicy policy, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(past);
        (_past, _policy, _at) = (past.AsKnownAt(at), policy, at);
        var usable = baseline?.FirstReceivedAt <= at ? baseline.UsableAt(at) : null;
        _history = new HistoryFold(usable, _past, policy, int.MinValue, at.ToDay(), at);
    }

    public void Take(LoggedEvent logged)
    {
        ArgumentNullException.ThrowIfNull(logged);
        if (logged.ReceivedAt <= _at) _history.Take(logged);
    }

    /// <summary>The rows. Call it after all events were taken.</summary>
    public IReadOnlyList<DayStanding> Complete()
    {
        var days = _history.Complete();
        return _history.FirstDay is null ? days
            : [.. days, DayStanding.Of(TimeTravel.Stand(_history.Figures, _past, _policy, _at), _at.ToDay())];
    }
}
