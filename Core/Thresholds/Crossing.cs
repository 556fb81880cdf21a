namespace HealthApi.Core.Thresholds;

/// <summary>Where a value stood: the full score, and the category or level it falls into.</summary>
public sealed record Standing(double? Score, string Label);

/// <summary>A part of a move: which component (or indicator) moved the value by how many points, and what it shows now.</summary>
public sealed record Reason(string Component, double Change, string Detail);

/// <summary>What moved a value across a bound.</summary>
public enum CrossingCause : byte
{
    /// <summary>The customer: events, or time.</summary>
    Data,

    /// <summary>A change of what the account is judged by: another model, or other churn rules.</summary>
    Model,
}

/// <summary>
/// One move across one bound. <see cref="Id"/> is derived from what it says, so deciding it again yields the same id; <see cref="Sequence"/>
/// rises by one per account; <see cref="Resolves"/> names the worsening crossing that a recovery answers.
/// </summary>
public sealed record Crossing
{
    public required string Id { get; init; }

    public required string AccountId { get; init; }

    public required long Sequence { get; init; }

    public required DateTimeOffset At { get; init; }

    public required Metric Metric { get; init; }

    public required string Threshold { get; init; }

    public required double Bound { get; init; }

    public required CrossingDirection Direction { get; init; }

    public required Standing From { get; init; }

    public required Standing To { get; init; }

    public string? Resolves { get; init; }

    /// <summary>Id of the health model, or of the churn rule set.</summary>
    public required string ModelId { get; init; }

    public required int ModelVersion { get; init; }

    public CrossingCause Cause { get; init; }

    /// <summary>False where the change that caused it was asked to raise no messages; it is kept all the same.</summary>
    public bool Announced { get; init; } = true;

    public IReadOnlyList<Reason> Reasons { get; init; } = [];
}
