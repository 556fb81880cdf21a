using HealthApi.Core.Evaluation;
using HealthApi.Core.Events;
using HealthApi.Core.Signals;

namespace HealthApi.Core.History;

/// <summary>
/// The standing of an account at a past instant, folded from its baseline and the events after it. It uses the same evaluation as the live
/// path; only the events differ. A baseline whose horizon is later than the instant is ignored.
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

    /// <summary>Whether an event that happened by the instant, or a profile that held at it, was received only after the instant.</summary>
    public bool Restated { get; private set; }

    /// <summary>The figures from all that is known now.</summary>
    public AccountFigures Figures => _views.All;

    /// <summary>The standing from all that is known now. Without late events it equals the standing that was shown then.</summary>
    public AccountStanding AsKnownNow => Stand(_views.All, _past, _policy, _at);

    /// <summary>
    /// The standing from what had been received by the instant, as it was shown then. A baseline counts as a whole: if one of its events
    /// had been received by the instant, all of them count, although some may have come later.
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
