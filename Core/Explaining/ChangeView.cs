using HealthApi.Core.Evaluation;
using HealthApi.Core.Events;
using HealthApi.Core.History;
using HealthApi.Core.Signals;

namespace HealthApi.Core.Explaining;

/// <summary>
/// The figures of an account at one of the two instants between which its score has changed. A baseline whose horizon is later is ignored.
/// </summary>
/// <param name="at">The instant.</param>
/// <param name="asKnownThen">
/// Whether only events received by the instant count. Pruned events then count as in <see cref="TimeTravel.AsKnownThen"/>.
/// </param>
public sealed class ChangeView(AccountBaseline? baseline, DateTimeOffset at, bool asKnownThen = false) : ILogFold
{
    private readonly RunningFigures _running =
        new((asKnownThen && baseline?.FirstReceivedAt > at ? null : baseline.UsableAt(at))?.Open() ?? new AccountFigures(), at);

    public DateTimeOffset At => at;

    public AccountFigures Figures => _running.Figures;

    public void Take(LoggedEvent logged)
    {
        ArgumentNullException.ThrowIfNull(logged);
        if (asKnownThen ? logged.ReceivedAt <= at : logged.CountsAt(at)) _running.Apply(logged.Event);
    }
}

/// <summary>The change of an account's score between two instants.</summary>
/// <param name="asKnownThen">
/// Whether each standing uses only what was known at its instant; the effect of late events is then part of the change.
/// </param>
public sealed class ChangedScore(AccountPast past, EvaluationPolicy policy, bool asKnownThen = false)
{
    /// <summary>The change between two views that have taken all events, the earlier first.</summary>
    public ScoreChange Between(ChangeView before, ChangeView after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        var withoutNews = SignalDeriver.Derive(before.Figures, Past(before).ProfileAt(before.At), after.At);
        return ChangeExplainer.Between(Stand(before), withoutNews, Stand(after));
    }

    private AccountStanding Stand(ChangeView view) => TimeTravel.Stand(view.Figures, Past(view), policy, view.At);

    private AccountPast Past(ChangeView view) => asKnownThen ? past.AsKnownAt(view.At) : past;
}
