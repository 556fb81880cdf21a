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

    /// <summary>How many crossings were reported; part of a crossing's id.</summary>
    public int Count { get; init; }

    /// <summary>The worsening crossing that a recovery will resolve.</summary>
    public string? Open { get; init; }
}
