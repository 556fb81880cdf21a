using HealthApi.Core.Signals;

namespace HealthApi.Core.Explaining;

/// <summary>
/// One signal to change. <see cref="Value"/> is missing if the signal has no data yet. <see cref="Gain"/> is in points, a multiple of 0.1.
/// </summary>
public sealed record PathStep(Signal Signal, SignalValue Value, SignalValue Target, decimal Gain);

/// <summary>
/// The steps from a category to a better one. <see cref="Score"/> (0–100) is the score after all steps. The gains sum to the difference of
/// the displayed scores.
/// </summary>
public sealed record HealthPath(string From, string To, double? Score, IReadOnlyList<PathStep> Steps);

/// <summary>The result of a search for a path, and what is proven about it.</summary>
/// <param name="Path">The path; null if none was found.</param>
/// <param name="IsFewest">
/// Whether it is proven that no smaller set of signals reaches the category; without a path, that no set does.
/// </param>
/// <param name="IsLeastEffort">Whether all sets of that size were compared.</param>
public sealed record PathSearch(HealthPath? Path, bool IsFewest, bool IsLeastEffort);
