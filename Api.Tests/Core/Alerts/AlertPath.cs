using HealthApi.Core.Alerts;
using HealthApi.Core.Thresholds;

namespace HealthApi.Api.Tests.Core.Alerts;

/// <summary>
/// The alerts of health of one account, step by step. Of four categories, rank 0 is the worst; ranks 0 and 1 hold the condition.
/// </summary>
internal sealed class AlertPath(AlertTerms? terms = null)
{
    public static readonly AlertTerms Terms = new(TimeSpan.FromHours(72), TimeSpan.FromHours(168), 25);

    public static readonly DateTimeOffset Start = new(2026, 11, 2, 8, 0, 0, TimeSpan.Zero);

    private readonly List<AlertChange> _changes = [];

    public AlertState? State { get; private set; }

    public IReadOnlyList<AlertChange> Changes => _changes;

    /// <summary>What has been decided, in words, such as <c>opened</c>.</summary>
    public IEnumerable<string> Words => _changes.Select(change => change.Kind.Name());

    public IEnumerable<string> Messages => _changes.Where(change => change.Announced).Select(change => change.Kind.Name());

    public static AlertFacts Facts(double hours, int rank) => new()
    {
        AccountId = "acme",
        AccountSince = Start,
        Metric = Metric.Health,
        At = Start.AddHours(hours),
        Score = 10 + (rank * 25),
        Label = ((string[])["critical", "at_risk", "stable", "healthy"])[rank],
        Rank = rank,
        IsJudged = true,
        Condition = new AlertCondition(rank < 2, false, rank < 2),
        Announced = true,
    };

    public IReadOnlyList<AlertChange> Step(double hours, int rank, Func<AlertFacts, AlertFacts>? with = null)
    {
        var facts = Facts(hours, rank);
        return Take(AlertWatch.Next(terms ?? Terms, with is null ? facts : with(facts), State));
    }

    public IReadOnlyList<AlertChange> Act(double hours, int rank, Func<AlertFacts, AlertState?, AlertStep> act) =>
        Take(act(Facts(hours, rank), State));

    /// <summary>When time alone changes something, in hours after the start.</summary>
    public double? DueAt(double hours) => AlertWatch.DueAt(terms ?? Terms, State, Start.AddHours(hours)) is { } due
        ? (due - Start).TotalHours : null;

    private IReadOnlyList<AlertChange> Take(AlertStep step)
    {
        State = step.State;
        _changes.AddRange(step.Changes);
        return step.Changes;
    }
}
