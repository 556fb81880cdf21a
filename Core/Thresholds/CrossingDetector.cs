using HealthApi.Core.Primitives;

namespace HealthApi.Core.Thresholds;

/// <summary>Decides, from data alone, whether a value has moved across a bound. No crossing is ever told twice.</summary>
public static class CrossingDetector
{
    /// <summary>
    /// The state after seeing the value, and the direction of a crossing if there is one. The first value only sets the side. Directions
    /// of a two-way threshold alternate; values within the margin of the bound never yield more than one crossing.
    /// </summary>
    public static (ThresholdState State, CrossingDirection? Crossed) Next(
        ThresholdState? state, Threshold threshold, double value, DateTimeOffset at)
    {
        var compared = Rounding.ForBounds(value);
        if (state is null || !state.IsOf(threshold)) return (Begin(state, threshold, compared), null);
        var across = state.Above ? Falls(state, threshold, compared) : Rises(state, threshold, compared);
        if (!across) return (state.AcrossSince is null ? state : Back(state), null);
        var since = state.AcrossSince ?? at;
        if (at - since < threshold.Dwell) return (state with { AcrossSince = since }, null);
        return Cross(state, threshold, state.Above ? CrossingDirection.Falling : CrossingDirection.Rising);
    }

    /// <summary>
    /// Whether the value is beyond the bound, seen from the side that counts: within the margin, or before the dwell is over.
    /// </summary>
    public static bool IsAcross(ThresholdState state, Threshold threshold, double value) =>
        IsAbove(threshold, Rounding.ForBounds(value)) != state.Above;

    /// <summary>When a pending crossing becomes due if the value stays across; null where none is pending.</summary>
    public static DateTimeOffset? DueAt(ThresholdState state, Threshold threshold) => state.AcrossSince + threshold.Dwell;

    /// <summary>
    /// For a change of what is measured, not of the value: begins on the side of the new value, and crosses only where the old one (if
    /// there was one) was on the other side and the new one is at least the margin away from the bound. With a dwell it only begins.
    /// </summary>
    public static (ThresholdState State, CrossingDirection? Crossed) Replace(
        ThresholdState? state, Threshold threshold, double? before, double value)
    {
        var compared = Rounding.ForBounds(value);
        var begun = Begin(state, threshold, compared);
        var near = Math.Abs(Rounding.ForBounds(compared - threshold.Bound)) < threshold.Margin;
        if (before is not { } old || IsAbove(threshold, Rounding.ForBounds(old)) == begun.Above || near || threshold.Dwell > TimeSpan.Zero)
            return (begun, null);
        var direction = begun.Above ? CrossingDirection.Rising : CrossingDirection.Falling;
        return threshold.Reports(direction) ? (begun with { Last = direction, Count = begun.Count + 1 }, direction) : (begun, null);
    }

    /// <summary>
    /// The state on the value's side. Moving a bound is no move of the value. The count goes on, so that ids never repeat.
    /// </summary>
    public static ThresholdState Begin(ThresholdState? before, Threshold threshold, double value) =>
        new() { Bound = threshold.Bound, Above = IsAbove(threshold, Rounding.ForBounds(value)), Count = before?.Count ?? 0 };

    private static bool IsAbove(Threshold threshold, double value) => threshold.IsReachedBy(value);

    private static bool Falls(ThresholdState state, Threshold threshold, double value) => !IsAbove(threshold, value)
        && (state.Last != CrossingDirection.Rising || value <= Rounding.ForBounds(threshold.Bound - threshold.Margin));

    private static bool Rises(ThresholdState state, Threshold threshold, double value) => IsAbove(threshold, value)
        && (state.Last is not (CrossingDirection.Falling or CrossingDirection.Entered)
            || value >= Rounding.ForBounds(threshold.Bound + threshold.Margin));

    /// <summary>Not across any more: a dwell that comes next begins anew.</summary>
    internal static ThresholdState Back(ThresholdState state) =>
        state with { AcrossSince = null, AcrossBy = default, AcrossQuietly = false };

    private static (ThresholdState, CrossingDirection?) Cross(ThresholdState state, Threshold threshold, CrossingDirection direction)
    {
        var moved = Back(state) with { Above = direction == CrossingDirection.Rising };

        // A one-way threshold re-arms silently at the far edge of its margin and then fires at the bound again.
        return threshold.Reports(direction)
            ? (moved with { Last = direction, Count = state.Count + 1 }, direction)
            : (moved with { Last = null }, null);
    }
}
