using HealthApi.Core.Primitives;

namespace HealthApi.Core.Thresholds;

/// <summary>What a threshold watches.</summary>
public enum Metric : byte
{
    /// <summary>0–100, 100 is best.</summary>
    Health,

    /// <summary>0–100, 100 is worst.</summary>
    ChurnRisk,
}

public enum ThresholdDirection : byte { Both, Falling, Rising }

public enum CrossingDirection : byte
{
    Falling,
    Rising,

    /// <summary>Not a move: an account first seen already in the worst category.</summary>
    Entered,
}

/// <summary>
/// A bound that is watched (domain.md §6). A value is above when it reaches <see cref="Bound"/> (or exceeds it, where not
/// <see cref="Inclusive"/>). After a falling crossing only bound + <see cref="Margin"/> counts as above again, after a rising one only
/// bound − <see cref="Margin"/> as below; the value must stay across for <see cref="Dwell"/>.
/// </summary>
/// <param name="Id">Such as <c>lifecycle:stable</c>, <c>churn_risk:high</c>, or the caller's own.</param>
/// <param name="Segment">Only accounts of this segment, or null for all.</param>
public sealed record Threshold(
    string Id, Metric Metric, double Bound, bool Inclusive, ThresholdDirection Direction, double Margin, TimeSpan Dwell, string? Segment)
{
    /// <summary>Points of hysteresis where nothing else is said.</summary>
    public const double DefaultMargin = 2;

    /// <summary>The share of the model's weight below which a score rests on too little to be watched (domain.md §5).</summary>
    public const double LeastCoverage = 0.25;

    /// <summary>Whether the crossing is a change for the worse.</summary>
    public bool IsWorsening(CrossingDirection direction) => direction == CrossingDirection.Entered
        || (Metric == Metric.Health ? direction == CrossingDirection.Falling : direction == CrossingDirection.Rising);

    /// <summary>The same bound, with what a configured threshold of its id may say of it.</summary>
    public Threshold AdjustedBy(Threshold configured) =>
        this with { Direction = configured.Direction, Margin = configured.Margin, Dwell = configured.Dwell };

    /// <summary>Whether the other watches the same bound under the same name.</summary>
    internal bool WatchesAs(Threshold other) =>
        Id == other.Id && Metric == other.Metric && Bound == other.Bound && Inclusive == other.Inclusive;

    /// <summary>Whether the value, rounded as bounds are compared, lies above.</summary>
    internal bool IsReachedBy(double value) =>
        Rounding.ForBounds(value) is var compared && (compared > Bound || (Inclusive && compared == Bound));

    internal bool Reports(CrossingDirection direction) => Direction switch
    {
        ThresholdDirection.Falling => direction is CrossingDirection.Falling or CrossingDirection.Entered,
        ThresholdDirection.Rising => direction == CrossingDirection.Rising,
        _ => true,
    };
}
