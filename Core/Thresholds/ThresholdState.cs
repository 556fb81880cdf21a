namespace HealthApi.Core.Thresholds;

/// <summary>What is remembered of one account and one threshold between two evaluations.</summary>
public sealed record ThresholdState
{
    /// <summary>The bound the side was taken from; another bound starts anew.</summary>
    public double Bound { get; init; }

    /// <summary>The side the value counts as being on.</summary>
    public bool Above { get; init; }

    /// <summary>The last crossing reported, from which the margin is measured; null before the first.</summary>
    public CrossingDirection? Last { get; init; }

    /// <summary>Since when the value has been across without the dwell being over.</summary>
    public DateTimeOffset? AcrossSince { get; init; }

    /// <summary>
    /// What took the value across while <see cref="AcrossSince"/> is set: the customer, or a change of what the account is judged by.
    /// </summary>
    public CrossingCause AcrossBy { get; init; }

    /// <summary>Whether the crossing that a dwell ends in is to be kept without a message, as what began it was.</summary>
    public bool AcrossQuietly { get; init; }

    /// <summary>
    /// The threshold did not watch the account at the last evaluation: of the state only <see cref="Count"/> still holds.
    /// </summary>
    public bool Retired { get; init; }

    /// <summary>How many crossings were reported; part of a crossing's id.</summary>
    public int Count { get; init; }

    /// <summary>The worsening crossing that a recovery will resolve.</summary>
    public string? Open { get; init; }

    /// <summary>
    /// The last standing on the side that counts, while the value is across and no crossing yet (margin, dwell); null while it is not
    /// across.
    /// </summary>
    public RememberedStanding? Left { get; init; }

    /// <summary>
    /// The states of those that watch the account now; of the others only the count is kept, so that they start anew and no id is repeated.
    /// </summary>
    internal static Dictionary<string, ThresholdState> Watched(
        IReadOnlyDictionary<string, ThresholdState> states, IReadOnlySet<string> watching)
    {
        var kept = new Dictionary<string, ThresholdState>(states.Count, StringComparer.Ordinal);
        foreach (var (id, state) in states)
            kept[id] = state.Retired || watching.Contains(id) ? state : new ThresholdState { Count = state.Count, Retired = true };
        return kept;
    }

    /// <summary>Whether it is the state of a threshold at this bound that watched the account at the last evaluation.</summary>
    internal bool IsOf(Threshold threshold) => !Retired && Bound == threshold.Bound;

    /// <summary>The same state with another <see cref="Left"/>; itself where that is no other.</summary>
    internal ThresholdState LeftAt(RememberedStanding? standing) => ReferenceEquals(Left, standing) ? this : this with { Left = standing };
}
