using HealthApi.Core.Primitives;

namespace HealthApi.Core.Thresholds;

/// <summary>Decides whether a value has crossed a bound, from the stored state and the value alone. A crossing is reported once.</summary>
public static class CrossingDetector
{
    /// <summary>
    /// Returns the state after the value and the direction of the crossing, if there is one. The first value only determines the side. The
    /// directions of a two-way threshold alternate. Values within the margin of the bound never cause more than one crossing.
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
    /// Whether the value is on the other side of the bound from the state. This is the case within the margin and before the dwell has
    /// ended.
    /// </summary>
    public static bool IsAcross(ThresholdState state, Threshold threshold, double value) =>
        IsAbove(threshold, Rounding.ForBounds(value)) != state.Above;

    /// <summary>The instant at which a pending crossing takes place if the value stays across the bound; null if none is pending.</summary>
    public static DateTimeOffset? DueAt(ThresholdState state, Threshold threshold) => state.AcrossSince + threshold.Dwell;

    /// <summary>
    /// The state after another model or other rules came into force, which is not a move of the customer. The state begins on the side of
    /// the new value. A crossing is reported only if there was an old value, it was on the other side, the new value is at least the margin
    /// away from the bound, and the threshold has no dwell.
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
    /// A new state on the value's side. A moved bound is not a move of the value, so nothing is crossed. The count continues, so that ids
    /// never repeat.
    /// </summary>
    public static ThresholdState Begin(ThresholdState? before, Threshold threshold, double value) =>
        new() { Bound = threshold.Bound, Above = IsAbove(threshold, Rounding.ForBounds(value)), Count = before?.Count ?? 0 };

    private static bool IsAbove(Threshold threshold, double value) => threshold.IsReachedBy(value);

    private static bool Falls(ThresholdState state, Threshold threshold, double value) => !IsAbove(threshold, value)
        && (state.Last != CrossingDirection.Rising || value <= Rounding.ForBounds(threshold.Bound - threshold.Margin));

    private static bool Rises(ThresholdState state, Threshold threshold, double value) => IsAbove(threshold, value)
        && (state.Last is not (CrossingDirection.Falling or CrossingDirection.Entered)
            || value >= Rounding.ForBounds(threshold.Bound + threshold.Margin));

    /// <summary>The value is no longer across the bound; the next dwell begins again.</summary>
    internal static ThresholdState Back(ThresholdState state) =>
        state with { AcrossSince = null, AcrossBy = default, AcrossQuietly = false };

    private static (ThresholdState, CrossingDirection?) Cross(ThresholdState state, Threshold threshold, CrossingDirection direction)
    {
        var moved = Back(state) with { Above = direction == CrossingDirection.Rising };

        // In the direction that a one-way threshold does not report, the side changes without a crossing. It can then report again at its
        // bound.
        return threshold.Reports(direction)
            ? (moved with { Last = direction, Count = state.Count + 1 }, direction)
            : (moved with { Last = null }, null);
    }
}
