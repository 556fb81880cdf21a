using HealthApi.Core.Evaluation;
using HealthApi.Core.Events;
using HealthApi.Core.History;
using HealthApi.Core.Signals;

namespace HealthApi.Core.Explaining;

/// <summary>
/// The change of an account's score between two instants, the earlier first, folded from its baseline and the events after it. Both
/// standings use all that is known now, or each uses only what was known at its instant; then the effect of late events is part of the
/// change.
/// </summary>
public sealed class ChangeFold : ILogFold
{
    private readonly FigureFork _views;
    private readonly AccountPast _past;
    private readonly EvaluationPolicy _policy;
    private readonly DateTimeOffset _from, _to;
    private readonly bool _asKnownThen;

    public ChangeFold(
        AccountBaseline? baseline, AccountPast past, EvaluationPolicy policy, DateTimeOffset from, DateTimeOffset to,
            bool asKnownThen = false)
    {
        (_past, _policy, _from, _to, _asKnownThen) = (past, policy, from, to, asKnownThen);
        var usable = baseline.UsableAt(from);
        var unknownThen = asKnownThen && usable?.FirstReceivedAt > from;
        _views = new FigureFork(usable?.Open() ?? new AccountFigures(), unknownThen ? new AccountFigures() : null, from);
    }

    public void Take(LoggedEvent logged)
    {
        ArgumentNullException.ThrowIfNull(logged);
        if (Counts(logged, _to)) _views.Take(logged.Event, Counts(logged, _from));
    }

    /// <summary>The change. Call it after all events were taken.</summary>
    public ScoreChange Complete()
    {
        var before = TimeTravel.Stand(_views.Part, Past(_from), _policy, _from);
        var withoutNews = SignalDeriver.Derive(_views.Part, Past(_from).ProfileAt(_from), _to);
        return ChangeExplainer.Between(before, withoutNews, TimeTravel.Stand(_views.All, Past(_to), _policy, _to));
    }

    private AccountPast Past(DateTimeOffset at) => _asKnownThen ? _past.AsKnownAt(at) : _past;

    private bool Counts(LoggedEvent logged, DateTimeOffset at) => _asKnownThen ? logged.ReceivedAt <= at : logged.CountsAt(at);
}
