namespace HealthApi.Core.Thresholds;

/// <summary>
/// Score and category or level of one metric at an instant. <see cref="Score"/> is 0–100, unrounded, or null without a score.
/// <see cref="At"/> is null if there was no value, or if an earlier version of the service stored the standing.
/// </summary>
public sealed record Standing(double? Score, string Label, DateTimeOffset? At = null);

/// <summary>
/// One part of a move: its points (a multiple of 0.1), the component and signal or the indicator that caused it, and a text that describes
/// it. <see cref="Component"/> is null for a part that belongs to no component, such as an override.
/// </summary>
public sealed record Reason(string? Component, decimal Change, string Detail, string? Signal = null);

/// <summary>The cause of a crossing.</summary>
public enum CrossingCause : byte
{
    /// <summary>The account's data changed, through events or through time.</summary>
    Data,

    /// <summary>The rules changed: another model or other churn rules came into force.</summary>
    Model,
}

/// <summary>
/// One move of one metric over one or more thresholds. <see cref="Id"/> is derived from the content, so the same decision has the same id
/// whenever it is made. <see cref="Sequence"/> rises by one with every crossing of the account.
/// </summary>
public sealed record Crossing
{
    public required string Id { get; init; }

    public required string AccountId { get; init; }

    public required long Sequence { get; init; }

    public required DateTimeOffset At { get; init; }

    public required Metric Metric { get; init; }

    /// <summary>The outermost threshold that was passed.</summary>
    public required string Threshold { get; init; }

    /// <summary>The bound of <see cref="Threshold"/>, 0–100.</summary>
    public required double Bound { get; init; }

    /// <summary>
    /// Every threshold that was passed, in the order in which the value passed them; the last is <see cref="Threshold"/>.
    /// </summary>
    public IReadOnlyList<string> Passed { get => field.Count == 0 ? [Threshold] : field; init; } = [];

    public required CrossingDirection Direction { get; init; }

    public required Standing From { get; init; }

    public required Standing To { get; init; }

    /// <summary>
    /// The ids of the worsening crossings that this recovery resolves: for each threshold that it passes, the last worsening that passed
    /// it. Empty for a worsening.
    /// </summary>
    public IReadOnlyList<string> Resolves { get; init; } = [];

    /// <summary>Id of the health model, or of the churn rule set.</summary>
    public required string ModelId { get; init; }

    public required int ModelVersion { get; init; }

    public CrossingCause Cause { get; init; }

    /// <summary>
    /// False if the change that caused the crossing was made without notifications: the crossing is stored, but no message is sent.
    /// </summary>
    public bool Announced { get; init; } = true;

    public IReadOnlyList<Reason> Reasons { get; init; } = [];
}
