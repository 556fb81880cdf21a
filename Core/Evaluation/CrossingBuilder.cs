using HealthApi.Core.Scoring;
using HealthApi.Core.Thresholds;

namespace HealthApi.Core.Evaluation;

/// <summary>A threshold that was crossed.</summary>
/// <param name="State">The state after the crossing.</param>
/// <param name="From">The standing at which the move began; null if there was none.</param>
/// <param name="Cause">The cause, and whether a message is sent.</param>
internal sealed record Moved(
    Threshold Threshold, ThresholdState State, CrossingDirection Direction, RememberedStanding? From, MoveCause Cause);

/// <summary>The cause of a crossing, and whether a message is sent for it.</summary>
internal readonly record struct MoveCause(CrossingCause Cause, bool Announced)
{
    /// <summary>
    /// The cause of a crossing that new data or time completes: the cause that began the dwell if the crossing was pending in a dwell, else
    /// the data.
    /// </summary>
    public static MoveCause Of(ThresholdState? before) =>
        before?.AcrossSince is null ? new(CrossingCause.Data, true) : new(before.AcrossBy, !before.AcrossQuietly);
}

/// <summary>
/// Builds the crossings of one evaluation. Thresholds of one metric that were crossed in one direction and for one cause form one crossing.
/// </summary>
/// <param name="memory">The memory before this evaluation.</param>
/// <param name="accountSince">The instant at which the account was created; part of the ids.</param>
/// <param name="models">All models, for the reasons.</param>
internal sealed class CrossingBuilder(AccountStanding standing, AccountMemory memory, DateTimeOffset accountSince, ModelRegistry models)
{
    private readonly List<Moved> _moves = [];

    /// <summary>Adds a threshold that was crossed. Thresholds must be added in the order in which the value passed them.</summary>
    public void Add(Moved move) => _moves.Add(move);

    /// <summary>
    /// Returns the crossings. In <paramref name="states"/> it replaces the states of the crossed thresholds and sets the worsening crossing
    /// that is now open.
    /// </summary>
    public IReadOnlyList<Crossing> Build(Dictionary<string, ThresholdState> states)
    {
        if (_moves.Count == 0) return [];
        var crossings = new List<Crossing>();
        var groups = _moves.GroupBy(move => (move.Threshold.Metric, move.Direction, move.Cause)).OrderBy(group => group.Key.Metric)
            .ThenBy(Turn);
        foreach (var group in groups)
        {
            List<Moved> moves = [.. group];
            var crossing = ToCrossing(moves, memory.Sequence + crossings.Count + 1);
            crossings.Add(crossing);
            foreach (var (threshold, state, direction, _, _) in moves)
                states[threshold.Id] = state with { Open = threshold.IsWorsening(direction) ? crossing.Id : null };
        }

        return crossings;
    }

    /// <summary>
    /// Orders the crossings of a metric. A crossing against the direction of this evaluation was pending in a dwell; it began earlier and
    /// comes first.
    /// </summary>
    private int Turn(IGrouping<(Metric Metric, CrossingDirection Direction, MoveCause Cause), Moved> group) =>
        group.Key.Direction == Travel.Direction(group.Key.Metric, standing, memory) ? 1 : 0;

    private Crossing ToCrossing(List<Moved> moves, long sequence)
    {
        var (threshold, state, direction, _, (cause, announced)) = moves[^1];
        var (metric, judgement, from) = (threshold.Metric, standing.Judgement, Start(moves));
        return new Crossing
        {
            Id = CrossingId.Of(standing.Account.Id, accountSince, threshold.Id, state.Count, direction),
            AccountId = standing.Account.Id,
            Sequence = sequence,
            At = standing.AsOf,
            Metric = metric,
            Threshold = threshold.Id,
            Bound = threshold.Bound,
            Passed = [.. moves.Select(move => move.Threshold.Id)],
            Direction = direction,
            From = from is null ? Unknown(metric) : new Standing(from.Score, from.Label, from.At),
            To = new Standing(
                standing.Value(metric), metric == Metric.Health ? standing.Health.Category : standing.Risk.Level, standing.AsOf),
            Resolves = threshold.IsWorsening(direction) ? [] : [.. moves.Select(move => move.State.Open).OfType<string>().Distinct()],
            ModelId = metric == Metric.Health ? judgement.Model.Id : judgement.Rules.Id,
            ModelVersion = metric == Metric.Health ? judgement.Model.Version : judgement.Rules.Version,
            Cause = cause,
            Announced = announced,
            Reasons = Reasons.Of(metric, from, standing, models),
        };
    }

    private Standing Unknown(Metric metric) => new(null, metric == Metric.Health ? HealthModel.UnknownCategory : memory.RiskLevel);

    /// <summary>
    /// The start of the whole move: of the standings at which the value left its side of each threshold, the one farthest from the new
    /// value.
    /// </summary>
    private static RememberedStanding? Start(List<Moved> moves)
    {
        var from = moves.Select(move => move.From).OfType<RememberedStanding>();
        return moves[0].Direction == CrossingDirection.Falling ? from.MaxBy(began => began.Score) : from.MinBy(began => began.Score);
    }
}
