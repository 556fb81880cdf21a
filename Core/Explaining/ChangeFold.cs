using HealthApi.Core.Events;
using HealthApi.Core.Scoring;
using HealthApi.Core.Signals;

namespace HealthApi.Core.Explaining;

/// <summary>The move of an account's score between two instants, the earlier first, as all that is known now has it, folded from its baseline and the events after it.</summary>
public sealed class ChangeFold : ILogFold
{
    private readonly FigureFork _views;
    private readonly AccountPast _past;
    private readonly EvaluationPolicy _policy;
    private readonly DateTimeOffset _from, _to;

    public ChangeFold(AccountBaseline? baseline, AccountPast past, EvaluationPolicy policy, DateTimeOffset from, DateTimeOffset to)
    {
        (_past, _policy, _from, _to) = (past, policy, from, to);
        _views = new FigureFork(baseline is not null && baseline.Tells(from) ? baseline.Open() : new AccountFigures(), null, from);
    }

    public void Take(LoggedEvent logged)
    {
        ArgumentNullException.ThrowIfNull(logged);
        if (logged.CountsAt(_to)) _views.Take(logged.Event, logged.CountsAt(_from));
    }

    /// <summary>The move, once all events were taken.</summary>
    public ScoreChange Complete()
    {
        var before = TimeTravel.Stand(_views.Part, _past, _policy, _from);
        var unheard = SignalDeriver.Derive(_views.Part, _past.ProfileAt(_from), _to);
        return ChangeExplainer.Between(before, unheard, TimeTravel.Stand(_views.All, _past, _policy, _to));
    }
}
