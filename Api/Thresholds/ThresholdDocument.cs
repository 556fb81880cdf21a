using HealthApi.Core.Accounts;
using HealthApi.Core.Thresholds;
using HealthApi.Core.Validation;

namespace HealthApi.Api.Thresholds;

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

    /// <summary>How long the value must stay across, in hours, 0–2,160.</summary>
    public double DwellHours { get; init; }

    public string? Segment { get; init; }

    public IReadOnlyList<FieldError> Check(SegmentPolicy segments)
    {
        FieldError?[] errors =
        [
            Range("/bound", Bound, 0, 100),
            Range("/margin", Margin, 0, 50),
            Range("/dwellHours", DwellHours, 0, MaxDwellHours),
            Segment is null || segments.Knows(Segment) ? null : new FieldError("/segment", ErrorCodes.Unknown, "There is no such segment."),
        ];
        return [.. errors.OfType<FieldError>()];
    }

    /// <param name="implied">The implied threshold of that id: at the same bound it says whether a value at the bound is above it.</param>
    public Threshold ToThreshold(string id, Threshold? implied) =>

        // Adding zero makes −0 a plain zero.
        new(id, Metric, Bound + 0.0, implied?.Bound != Bound || implied.Inclusive, Direction, Margin + 0.0, TimeSpan.FromHours(DwellHours), Segment);

    private static FieldError? Range(string pointer, double value, double least, double most) =>
        value >= least && value <= most ? null : new FieldError(pointer, ErrorCodes.OutOfRange, $"Must be {least} to {most}.");
}

/// <summary>A threshold as shown; an implied one stands for a bound of the active model or of the churn levels.</summary>
internal sealed record ThresholdView(
    string Id, Metric Metric, double Bound, bool Inclusive, ThresholdDirection Direction, double Margin, double DwellHours, string? Segment, bool Implied)
{
    public static ThresholdView Of(Threshold threshold, bool implied) => new(
        threshold.Id, threshold.Metric, threshold.Bound, threshold.Inclusive, threshold.Direction, threshold.Margin, threshold.Dwell.TotalHours, threshold.Segment, implied);
}
