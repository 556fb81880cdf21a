using HealthApi.Core.Signals;

namespace HealthApi.Core.Scoring;

/// <summary>A measure in a score. <see cref="Points"/> is 0–100; null if the signal is missing and no neutral points are stated.</summary>
public sealed record MeasureScore(Signal Signal, SignalValue Value, double? Points);

/// <summary>
/// A component in a score. <see cref="Weight"/> is the model's weight normalised over all components (they sum to 1). <see cref="Score"/>
/// is 0–100, or null without data. <see cref="Contribution"/> is the points that it adds to the score; the contributions of all components
/// sum to the score.
/// </summary>
public sealed record ComponentScore(string Id, double Weight, double? Score, double Contribution, IReadOnlyList<MeasureScore> Measures);

/// <summary>
/// A health score, 0–100. It is null, with category <c>unknown</c>, if <see cref="Coverage"/> (the share of weight that has data) is 0.
/// <see cref="Components"/> is empty if no explanation was requested.
/// </summary>
public sealed record HealthScore(double? Score, string Category, double Coverage, IReadOnlyList<ComponentScore> Components);
