using HealthApi.Core.Scoring;
using HealthApi.Core.Thresholds;

namespace HealthApi.Core.Evaluation;

/// <summary>A threshold that was crossed.</summary>
/// <param name="State">The state after it.</param>
/// <param name="From">The standing that the move began at; null where there was none.</param>
/// <param name="Cause">What moved the value, and whether subscribers are sent it.</param>
internal sealed record Moved(
    Threshold Threshold, ThresholdState State, CrossingDirection Direction, RememberedStanding? From, MoveCause Cause);

/// <summary>What moved a value, and whether the crossing is sent.</summary>
internal readonly record struct MoveCause(CrossingCause Cause, bool Announced)
{
    /// <summary>
    /// What a crossing in the customer's own step has moved: the customer, unless a dwell is over that something else began.
    /// </summary>
    public static MoveCause Of(ThresholdState? before) =>
        before?.AcrossSince is null ? new(CrossingCause.Data, true) : new(before.AcrossBy, !before.AcrossQuietly);
}

/// <summary>
/// Writes down an account's crossings of one evaluation: what moved one metric in one direction is one crossing, however many thresholds it
/// passed.
/// </summary>
/// <param name="memory">How the account stood before.</param>
/// <param name="accountSince">When the account came to be known; part of the ids.</param>
/// <param name="models">Every model there is, for the reasons.</param>
internal sealed class CrossingBuilder(AccountStanding standing, AccountMemory memory, DateTimeOffset accountSince, ModelRegistry models)
{
    private readonly List<Moved> _moves = [];

    /// <summary>Adds a threshold that was crossed, in the order of travel.</summary>
    public void Add(Moved move) => _moves.Add(move);

    /// <summary>The crossings; the states of what they passed become those after them, with the worsening that is open now.</summary>
    public IReadOnlyList<Crossing> Write(Dictionary<string, ThresholdState> states)
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

    /// <summary>A dwell that is over is older than the move that is seen now, which comes last.</summary>
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

    /// <summary>Where the whole move began: the farthest of the standings that its thresholds were left at.</summary>
    private static RememberedStanding? Start(List<Moved> moves)
    {
        var from = moves.Select(move => move.From).OfType<RememberedStanding>();
        return moves[0].Direction == CrossingDirection.Falling ? from.MaxBy(began => began.Score) : from.MinBy(began => began.Score);
    }
}
