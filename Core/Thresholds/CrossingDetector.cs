using HealthApi.Core.Scoring;

namespace HealthApi.Core.Thresholds;

/// <summary>Decides, from data alone, whether a value has moved across a bound. No crossing is ever told twice.</summary>
public static class CrossingDetector
{
    /// <summary>
    /// The state after seeing the value, and the direction of a crossing if there is one. The first value only sets the side. Directions
    /// of a two-way threshold alternate; values within the margin of the bound never yield more than one crossing.
    /// </summary>
    public static (ThresholdState State, CrossingDirection? Crossed) Next(ThresholdState? state, Threshold threshold, double value, DateTimeOffset at)
    {
        var compared = Rounding.ForBounds(value);
        if (state is null || state.Bound != threshold.Bound) return (Begin(state, threshold, compared), null);
        var across = state.Above ? Falls(state, threshold, compared) : Rises(state, threshold, compared);
        if (!across) return (state.AcrossSince is null ? state : state with { AcrossSince = null }, null);
        var since = state.AcrossSince ?? at;
        if (at - since < threshold.Dwell) return (state with { AcrossSince = since }, null);
        return Cross(state, threshold, state.Above ? CrossingDirection.Falling : CrossingDirection.Rising);
    }

    /// <summary>When a pending crossing becomes due if the value stays across; null where none is pending.</summary>
    public static DateTimeOffset? DueAt(ThresholdState state, Threshold threshold) => state.AcrossSince + threshold.Dwell;

    /// <summary>Moving a bound is no move of the value. The count goes on, so that ids never repeat.</summary>
    private static ThresholdState Begin(ThresholdState? before, Threshold threshold, double value) =>
        new() { Bound = threshold.Bound, Above = IsAbove(threshold, value), Count = before?.Count ?? 0 };

    private static bool IsAbove(Threshold threshold, double value) => value > threshold.Bound || (threshold.Inclusive && value == threshold.Bound);

    private static bool Falls(ThresholdState state, Threshold threshold, double value) => !IsAbove(threshold, value)
        && (state.Last != CrossingDirection.Rising || value <= Rounding.ForBounds(threshold.Bound - threshold.Margin));

    private static bool Rises(ThresholdState state, Threshold threshold, double value) => IsAbove(threshold, value)
        && (state.Last is not (CrossingDirection.Falling or CrossingDirection.Entered) || value >= Rounding.ForBounds(threshold.Bound + threshold.Margin));

    private static (ThresholdState, CrossingDirection?) Cross(ThresholdState state, Threshold threshold, CrossingDirection direction)
    {
        var moved = state with { Above = direction == CrossingDirection.Rising, AcrossSince = null };

        // A one-way threshold re-arms silently at the far edge of its margin and then fires at the bound again.
        return threshold.Reports(direction)
            ? (moved with { Last = direction, Count = state.Count + 1 }, direction)
            : (moved with { Last = null }, null);
    }
}
