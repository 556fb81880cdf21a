using HealthApi.Core.Primitives;

namespace HealthApi.Core.Thresholds;

/// <summary>The value that a threshold watches.</summary>
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

    /// <summary>No move: the first score of an account is already in the worst category.</summary>
    Entered,
}

/// <summary>
/// A bound of health or churn risk that is watched (domain.md §6). A value is above if it reaches <see cref="Bound"/>, or exceeds it if the
/// bound is not <see cref="Inclusive"/>. After a falling crossing the value is above again only from bound + <see cref="Margin"/>; after a
/// rising one it is below again only from bound − <see cref="Margin"/>. A crossing is reported after the value has been across for
/// <see cref="Dwell"/>.
/// </summary>
/// <param name="Id">Such as <c>lifecycle:stable</c> or <c>churn_risk:high</c>, or an id that the caller chose.</param>
/// <param name="Segment">The threshold applies to accounts of this segment; null means all accounts.</param>
public sealed record Threshold(
    string Id, Metric Metric, double Bound, bool Inclusive, ThresholdDirection Direction, double Margin, TimeSpan Dwell, string? Segment)
{
    /// <summary>The margin in points of a threshold that states none.</summary>
    public const double DefaultMargin = 2;

    /// <summary>The lowest coverage at which a score is compared with thresholds (domain.md §5).</summary>
    public const double LeastCoverage = 0.25;

    /// <summary>Whether the crossing is a change for the worse.</summary>
    public bool IsWorsening(CrossingDirection direction) => IsWorsening(Metric, direction);

    /// <summary>Whether a crossing of the metric in this direction is a change for the worse.</summary>
    public static bool IsWorsening(Metric metric, CrossingDirection direction) => direction == CrossingDirection.Entered
        || (metric == Metric.Health ? direction == CrossingDirection.Falling : direction == CrossingDirection.Rising);

    /// <summary>This threshold with the direction, margin and dwell of a configured threshold that has the same id.</summary>
    public Threshold AdjustedBy(Threshold configured) =>
        this with { Direction = configured.Direction, Margin = configured.Margin, Dwell = configured.Dwell };

    /// <summary>Whether both have the same id, metric and bound.</summary>
    internal bool WatchesAs(Threshold other) =>
        Id == other.Id && Metric == other.Metric && Bound == other.Bound && Inclusive == other.Inclusive;

    /// <summary>Whether the value, rounded to six decimals, is above the bound.</summary>
    internal bool IsReachedBy(double value) =>
        Rounding.ForBounds(value) is var compared && (compared > Bound || (Inclusive && compared == Bound));

    internal bool Reports(CrossingDirection direction) => Direction switch
    {
        ThresholdDirection.Falling => direction is CrossingDirection.Falling or CrossingDirection.Entered,
        ThresholdDirection.Rising => direction == CrossingDirection.Rising,
        _ => true,
    };
}
