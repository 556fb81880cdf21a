using HealthApi.Core.Evaluation;

namespace HealthApi.Core.History;

/// <summary>
/// Derives history from the event log, by the profile and override that held and the policy that was in force at each instant: the
/// standings at the end of days, only those that differ from the day before. There is none before the account's first event, or before
/// its baseline's horizon.
/// </summary>
public sealed class HistoryFold : DayWalk
{
    private readonly List<DayStanding> _days = [];

    /// <param name="fromDay">The first day of the history.</param>
    /// <param name="toDay">The day before which the last of the history lies.</param>
    /// <param name="keepFrom">An instant that the figures are to be evaluated at, where it may lie before the last day.</param>
    public HistoryFold(
        AccountBaseline? baseline, AccountPast past, EvaluationPolicy policy, int fromDay, int toDay, DateTimeOffset? keepFrom = null)
        : base(baseline, past, policy, fromDay, toDay, keepFrom)
    {
    }

    /// <summary>The rows, once all events were taken.</summary>
    public IReadOnlyList<DayStanding> Complete()
    {
        Finish();
        return _days;
    }

    private protected override void Look(int day, DateTimeOffset end)
    {
        var standing = DayStanding.Of(TimeTravel.Stand(Figures, Past, Policy, end), day);
        if (_days.Count == 0 || !_days[^1].SameStanding(standing)) _days.Add(standing);
    }
}
