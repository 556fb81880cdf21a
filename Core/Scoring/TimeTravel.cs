using HealthApi.Core.Events;
using HealthApi.Core.Signals;

namespace HealthApi.Core.Scoring;

/// <summary>How an account stood at any instant, from its event log and past. The same evaluation as the live path: only the events differ.</summary>
public static class TimeTravel
{
    /// <summary>The standing at an instant as all that is known now has it. Without late events it is what was shown then.</summary>
    public static AccountStanding AsKnownNow(IEnumerable<LoggedEvent> log, AccountPast past, EvaluationPolicy policy, DateTimeOffset at) =>
        Stand(Fold(log.Where(logged => logged.CountsAt(at))), past, policy, at);

    /// <summary>The standing at an instant by what had been told by then: what was shown.</summary>
    public static AccountStanding AsKnownThen(IEnumerable<LoggedEvent> log, AccountPast past, EvaluationPolicy policy, DateTimeOffset at) =>
        Stand(Fold(log.Where(logged => logged.ReceivedAt <= at)), past.AsKnownAt(at), policy, at);

    public static AccountStanding Stand(AccountFigures figures, AccountPast past, EvaluationPolicy policy, DateTimeOffset at) =>
        AccountEvaluator.Stand(figures, past.ProfileAt(at), policy.At(at), at, past.OverrideAt(at));

    private static AccountFigures Fold(IEnumerable<LoggedEvent> log)
    {
        var figures = new AccountFigures();
        foreach (var logged in log) figures.Apply(logged.Event);
        return figures;
    }
}
