using HealthApi.Core.Accounts;
using HealthApi.Core.Input;
using HealthApi.Core.Primitives;
using HealthApi.Core.Thresholds;

namespace HealthApi.Api.Policies;

/// <summary>A threshold as a caller writes it.</summary>
internal sealed record ThresholdDocument
{
    private const double MaxDwellHours = 24 * 90;

    public required Metric Metric { get; init; }

    /// <summary>0–100.</summary>
    public required double Bound { get; init; }

    public ThresholdDirection Direction { get; init; } = ThresholdDirection.Both;

    /// <summary>Points of hysteresis, 0–50.</summary>
    public double Margin { get; init; } = Threshold.DefaultMargin;

    /// <summary>How long the value must stay beyond the bound before a crossing is decided, in hours, 0–2,160.</summary>
    public double DwellHours { get; init; }

    public string? Segment { get; init; }

    public IReadOnlyList<FieldError> Check(SegmentPolicy segments)
    {
        FieldError?[] errors =
        [
            Range("/bound", Bound, 0, 100),
            Range("/margin", Margin, 0, 50),
            Range("/dwellHours", DwellHours, 0, MaxDwellHours),
            segments.Check("/segment", Segment),
        ];
        return [.. errors.OfType<FieldError>()];
    }

    /// <summary>
    /// Checks that the document does not change the members that the model or the churn rules define: metric, bound and segment of an
    /// implied threshold.
    /// </summary>
    /// <param name="implied">The implied thresholds with this id; more than one if the versions of a model that are in force
    /// differ.</param>
    public IReadOnlyList<FieldError> Check(IReadOnlyList<Threshold> implied)
    {
        if (implied.Count == 0) return [];
        FieldError?[] errors =
        [
            implied.Any(threshold => threshold.Metric == Metric) ? null : Fixed("/metric", "metric"),
            implied.Any(threshold => threshold.Bound == Rounding.ForBounds(Bound)) ? null : Fixed("/bound", $"bound ({implied[0].Bound})"),
            Segment is null ? null : Fixed("/segment", "segment"),
        ];
        return [.. errors.OfType<FieldError>()];
    }

    /// <param name="implied">The implied thresholds with this id.</param>
    public Threshold ToThreshold(string id, IReadOnlyList<Threshold> implied)
    {
        // Adding zero turns −0 into 0.
        var own = new Threshold(id, Metric, Bound + 0.0, true, Direction, Margin + 0.0, TimeSpan.FromHours(DwellHours), Segment);
        return implied.Count == 0 ? own : implied.First(threshold => threshold.Bound == Rounding.ForBounds(Bound)).AdjustedBy(own);
    }

    private static FieldError Fixed(string pointer, string what) => new(
        pointer,
        ErrorCodes.NotAllowed,
        $"The {what} of a category's or level's threshold is fixed; change margin, dwellHours or direction, or use an id of your own.");

    private static FieldError? Range(string pointer, double value, double least, double most) =>
        value >= least && value <= most ? null : new FieldError(pointer, ErrorCodes.OutOfRange, $"Must be {least} to {most}.");
}

/// <summary>A threshold as answers show it; an implied one is a bound of a model in force or of the churn levels.</summary>
internal sealed record ThresholdView(
    string Id, Metric Metric, double Bound, bool Inclusive, ThresholdDirection Direction, double Margin, double DwellHours, string? Segment,
    bool Implied)
{
    public static ThresholdView Of(Threshold threshold, bool implied) => new(
        threshold.Id, threshold.Metric, threshold.Bound, threshold.Inclusive, threshold.Direction, threshold.Margin,
        threshold.Dwell.TotalHours, threshold.Segment, implied);
}
