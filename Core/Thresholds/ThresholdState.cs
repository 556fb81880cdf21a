namespace HealthApi.Core.Thresholds;

/// <summary>The state of one threshold for one account between two evaluations.</summary>
public sealed record ThresholdState
{
    /// <summary>The bound at which <see cref="Above"/> was determined. If the threshold's bound changes, the state begins again.</summary>
    public double Bound { get; init; }

    /// <summary>Whether the value counts as above the bound.</summary>
    public bool Above { get; init; }

    /// <summary>The direction of the last reported crossing, on which the margin depends; null before the first.</summary>
    public CrossingDirection? Last { get; init; }

    /// <summary>
    /// The instant since which the value has been across the bound while the dwell is running; null if it is not running.
    /// </summary>
    public DateTimeOffset? AcrossSince { get; init; }

    /// <summary>
    /// The cause of the pending crossing while <see cref="AcrossSince"/> is set: the account's data or a change of the rules.
    /// </summary>
    public CrossingCause AcrossBy { get; init; }

    /// <summary>
    /// Whether the pending crossing will be stored without a message, because the change that began the dwell was made without
    /// notifications.
    /// </summary>
    public bool AcrossQuietly { get; init; }

    /// <summary>
    /// True if the threshold did not apply to the account at the last evaluation. Only <see cref="Count"/> is valid then.
    /// </summary>
    public bool Retired { get; init; }

    /// <summary>The number of reported crossings; part of a crossing's id.</summary>
    public int Count { get; init; }

    /// <summary>The id of the worsening crossing that a recovery will resolve; null if there is none.</summary>
    public string? Open { get; init; }

    /// <summary>
    /// The last standing before the value went across the bound, while no crossing is reported yet (margin, dwell); null while the value is
    /// not across.
    /// </summary>
    public RememberedStanding? Left { get; init; }

    /// <summary>
    /// Returns the states of the thresholds that apply now. Of the others only the count is kept: their states begin again later, and no id
    /// is repeated.
    /// </summary>
    internal static Dictionary<string, ThresholdState> Watched(
        IReadOnlyDictionary<string, ThresholdState> states, IReadOnlySet<string> watching)
    {
        var kept = new Dictionary<string, ThresholdState>(states.Count, StringComparer.Ordinal);
        foreach (var (id, state) in states)
            kept[id] = state.Retired || watching.Contains(id) ? state : new ThresholdState { Count = state.Count, Retired = true };
        return kept;
    }

    /// <summary>
    /// Whether this is a valid state for the threshold: the threshold applied at the last evaluation and had the same bound.
    /// </summary>
    internal bool IsOf(Threshold threshold) => !Retired && Bound == threshold.Bound;

    /// <summary>This state with another <see cref="Left"/>; the same instance if it does not change.</summary>
    internal ThresholdState LeftAt(RememberedStanding? standing) => ReferenceEquals(Left, standing) ? this : this with { Left = standing };
}
