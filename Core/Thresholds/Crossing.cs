namespace HealthApi.Core.Thresholds;

/// <summary>Where a value stood: the full score, the category or level it falls into, and when (null where that is not known).</summary>
public sealed record Standing(double? Score, string Label, DateTimeOffset? At = null);

/// <summary>
/// A part of a move in points, a whole number of tenths: the component and its signal, or the indicator, that made it, and what that shows
/// now. <see cref="Component"/> is null for a part that rests on none, an override say.
/// </summary>
public sealed record Reason(string? Component, decimal Change, string Detail, string? Signal = null);

/// <summary>What moved a value across a bound.</summary>
public enum CrossingCause : byte
{
    /// <summary>The customer: events, or time.</summary>
    Data,

    /// <summary>A change of what the account is judged by: another model, or other churn rules.</summary>
    Model,
}

/// <summary>
/// One move of one metric across one bound or several. <see cref="Id"/> is derived from what it says, so deciding it again yields the same
/// id; <see cref="Sequence"/> rises by one per account.
/// </summary>
public sealed record Crossing
{
    public required string Id { get; init; }

    public required string AccountId { get; init; }

    public required long Sequence { get; init; }

    public required DateTimeOffset At { get; init; }

    public required Metric Metric { get; init; }

    /// <summary>The outermost of the thresholds that were passed.</summary>
    public required string Threshold { get; init; }

    public required double Bound { get; init; }

    /// <summary>Every threshold that was passed, in the order of travel; the last is <see cref="Threshold"/>.</summary>
    public IReadOnlyList<string> Passed { get => field.Count == 0 ? [Threshold] : field; init; } = [];

    public required CrossingDirection Direction { get; init; }

    public required Standing From { get; init; }

    public required Standing To { get; init; }

    /// <summary>
    /// The worsening crossings that a recovery answers: those that passed one of its thresholds last. Empty for a worsening.
    /// </summary>
    public IReadOnlyList<string> Resolves { get; init; } = [];

    /// <summary>Id of the health model, or of the churn rule set.</summary>
    public required string ModelId { get; init; }

    public required int ModelVersion { get; init; }

    public CrossingCause Cause { get; init; }

    /// <summary>False where the change that caused it was asked to raise no messages; it is kept all the same.</summary>
    public bool Announced { get; init; } = true;

    public IReadOnlyList<Reason> Reasons { get; init; } = [];
}
