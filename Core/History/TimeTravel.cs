using HealthApi.Core.Evaluation;
using HealthApi.Core.Events;
using HealthApi.Core.Signals;

namespace HealthApi.Core.History;

/// <summary>
/// How an account stood at an instant of the past, folded from its baseline and the events after it. The same evaluation as the live path:
/// only the events differ. A baseline that begins later than the instant is left out.
/// </summary>
public sealed class TimeTravel : ILogFold
{
    private readonly FigureFork _views;
    private readonly AccountPast _past;
    private readonly EvaluationPolicy _policy;
    private readonly DateTimeOffset _at;

    public TimeTravel(AccountBaseline? baseline, AccountPast past, EvaluationPolicy policy, DateTimeOffset at)
    {
        (_past, _policy, _at) = (past, policy, at);
        var usable = baseline.UsableAt(at);
        Restated = usable?.LastReceivedAt > at || past.IsRestatedAt(at);
        _views = new FigureFork(usable?.Open() ?? new AccountFigures(), usable?.FirstReceivedAt > at ? new AccountFigures() : null, at);
    }

    /// <summary>Whether an event had happened by the instant, or a profile held at it, and came only after it.</summary>
    public bool Restated { get; private set; }

    /// <summary>The figures of all that is known now.</summary>
    public AccountFigures Figures => _views.All;

    /// <summary>The standing as all that is known now has it. Without late events it is what was shown then.</summary>
    public AccountStanding AsKnownNow => Stand(_views.All, _past, _policy, _at);

    /// <summary>
    /// The standing by what had come by then: what was shown. A baseline is taken as one: pruned events that came after the instant count
    /// here once an older pruned one had come by it.
    /// </summary>
    public AccountStanding AsKnownThen => Stand(_views.Part, _past.AsKnownAt(_at), _policy, _at);

    public void Take(LoggedEvent logged)
    {
        ArgumentNullException.ThrowIfNull(logged);
        Restated |= logged.IsLateFor(_at);
        if (logged.CountsAt(_at)) _views.Take(logged.Event, logged.ReceivedAt <= _at);
    }

    public static AccountStanding Stand(AccountFigures figures, AccountPast past, EvaluationPolicy policy, DateTimeOffset at) =>
        AccountEvaluator.Stand(figures, past.ProfileAt(at), policy.At(at), at, past.OverrideAt(at));
}
