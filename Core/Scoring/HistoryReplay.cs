using HealthApi.Core.Accounts;
using HealthApi.Core.Events;
using HealthApi.Core.Signals;

namespace HealthApi.Core.Scoring;

/// <summary>A day of an account's history: how it stood at the end of that UTC day (for the present day: when last evaluated).</summary>
public sealed record DayStanding(int Day, DateTimeOffset At, double? Score, string Category, double RiskScore, string RiskLevel)
{
    public bool SameStanding(DayStanding other) =>
        Score == other.Score && Category == other.Category && RiskScore == other.RiskScore && RiskLevel == other.RiskLevel;
}

/// <summary>Tells history again from the event log, by the profile and override that held and the policy that was in force at each instant.</summary>
public static class HistoryReplay
{
    private static readonly TimeSpan OneMicrosecond = TimeSpan.FromMicroseconds(1);

    /// <summary>
    /// The standings at the end of the days from <paramref name="fromDay"/> to before <paramref name="toDay"/>, only those that differ from the
    /// day before; none before the account's first event.
    /// </summary>
    /// <param name="events">All events of the account, oldest first.</param>
    public static IReadOnlyList<DayStanding> Run(IReadOnlyList<HealthEvent> events, AccountPast past, EvaluationPolicy policy, int fromDay, int toDay)
    {
        var days = new List<DayStanding>();
        if (events.Count == 0) return days;
        var figures = new AccountFigures();
        var next = 0;
        for (var day = Math.Max(fromDay, events[0].OccurredAt.ToDay()); day < toDay;)
        {
            var end = Instant.FromDay(day + 1) - OneMicrosecond;
            for (; next < events.Count && events[next].OccurredAt <= end; next++) figures.Apply(events[next]);
            var standing = ToDay(TimeTravel.Stand(figures, past, policy, end), day);
            if (days.Count == 0 || !days[^1].SameStanding(standing)) days.Add(standing);
            var eventDay = next < events.Count ? events[next].OccurredAt.ToDay() : int.MaxValue;
            day = eventDay <= day + 1 ? day + 1 : Math.Min(eventDay, NextChange(figures, past, policy, end));
        }

        return days;
    }

    /// <summary>The same for an account whose profile has always been the present one.</summary>
    public static IReadOnlyList<DayStanding> Run(IReadOnlyList<HealthEvent> events, Account account, EvaluationPolicy policy, int fromDay, int toDay) =>
        Run(events, AccountPast.Of(account), policy, fromDay, toDay);

    /// <summary>The first day after the instant on which time, a change of the policy or the owner can change anything; the days before it are as this one.</summary>
    private static int NextChange(AccountFigures figures, AccountPast past, EvaluationPolicy policy, DateTimeOffset end)
    {
        var byTime = SignalDeriver.NextChange(figures, past.ProfileAt(end), policy.At(end).Segments.Phases, end);
        DateTimeOffset?[] changes = [byTime, policy.ChangeAfter(end), past.NextEdge(end)];
        return changes.Min()?.ToDay() ?? int.MaxValue;
    }

    /// <summary>How the account stood at any instant of the past, as its log tells it now.</summary>
    public static AccountStanding At(IReadOnlyList<HealthEvent> events, Account account, EvaluationPolicy policy, DateTimeOffset at)
    {
        var figures = new AccountFigures();
        foreach (var happened in events)
            if (happened.OccurredAt <= at)
                figures.Apply(happened);
        return AccountEvaluator.Stand(figures, account, policy.At(at), at);
    }

    /// <summary>
    /// The history as it was known at an instant: only what had been told by then. The last row is of the instant's own day, as it stood then; there
    /// is none before the first event.
    /// </summary>
    /// <param name="log">All events of the account, oldest first.</param>
    public static IReadOnlyList<DayStanding> ToldBy(IReadOnlyList<LoggedEvent> log, AccountPast past, EvaluationPolicy policy, DateTimeOffset at)
    {
        HealthEvent[] told = [.. log.Where(logged => logged.ReceivedAt <= at).Select(logged => logged.Event)];
        var days = Run(told, past.AsKnownAt(at), policy, int.MinValue, at.ToDay());
        return told.Length == 0 ? days : [.. days, ToDay(TimeTravel.AsKnownThen(log, past, policy, at), at.ToDay())];
    }

    private static DayStanding ToDay(AccountStanding standing, int day) =>
        new(day, standing.AsOf, standing.Health.Score, standing.Health.Category, standing.Risk.Score, standing.Risk.Level);
}
