using HealthApi.Core.Evaluation;

namespace HealthApi.Core.History;

/// <summary>
/// Derives the daily history from the event log: the standing at the end of each day, only for days on which it differs from the day
/// before. Each day uses the profile, the override and the policy that were in force then. There is no row before the account's first event
/// or before its baseline's horizon.
/// </summary>
public sealed class HistoryFold : DayWalk
{
    private readonly List<DayStanding> _days = [];

    /// <param name="fromDay">The first day of the history.</param>
    /// <param name="toDay">The day after the last one of the history.</param>
    /// <param name="keepFrom">An instant at which the figures will be evaluated, if it may be earlier than the last day.</param>
    public HistoryFold(
        AccountBaseline? baseline, AccountPast past, EvaluationPolicy policy, int fromDay, int toDay, DateTimeOffset? keepFrom = null)
        : base(baseline, past, policy, fromDay, toDay, keepFrom)
    {
    }

    /// <summary>The rows. Call it after all events were taken.</summary>
    public IReadOnlyList<DayStanding> Complete()
    {
        Finish();
        return _days;
    }

    private protected override void EvaluateDay(int day, DateTimeOffset end)
    {
        var standing = DayStanding.Of(TimeTravel.Stand(Figures, Past, Policy, end), day);
        if (_days.Count == 0 || !_days[^1].SameStanding(standing)) _days.Add(standing);
    }
}
