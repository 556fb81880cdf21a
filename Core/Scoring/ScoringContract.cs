using HealthApi.Core.Signals;

namespace HealthApi.Core.Scoring;

/// <summary>
/// A measure's part in a score. <see cref="Points"/> is 0–100, null where the signal is missing and no neutral points are stated.
/// </summary>
public sealed record MeasureScore(Signal Signal, SignalValue Value, double? Points);

/// <summary>
/// A component's part in a score. <see cref="Weight"/> is the model's weight normalised over all components (they sum to 1);
/// <see cref="Score"/> is 0–100 or null without data; <see cref="Contribution"/> is the points it adds to the score,
/// so the contributions of all components sum to the score.
/// </summary>
public sealed record ComponentScore(string Id, double Weight, double? Score, double Contribution, IReadOnlyList<MeasureScore> Measures);

/// <summary>
/// A health score: 0–100, null (and category <c>unknown</c>) where <see cref="Coverage"/>, the share of weight that had data, is 0.
/// <see cref="Components"/> is empty when no explanation was asked for.
/// </summary>
public sealed record HealthScore(double? Score, string Category, double Coverage, IReadOnlyList<ComponentScore> Components);
