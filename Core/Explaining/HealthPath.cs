using HealthApi.Core.Signals;

namespace HealthApi.Core.Explaining;

/// <summary>
/// One signal to change. <see cref="Value"/> is missing where it has no data yet; <see cref="Gain"/> is in points, a whole number of
/// tenths.
/// </summary>
public sealed record PathStep(Signal Signal, SignalValue Value, SignalValue Target, decimal Gain);

/// <summary>
/// The way from a category to a better one. <see cref="Score"/> (0–100) is what the steps reach; their gains sum to its distance from the
/// present one, both as shown.
/// </summary>
public sealed record HealthPath(string From, string To, double? Score, IReadOnlyList<PathStep> Steps);

/// <summary>What a search for a path has found, and how sure that is.</summary>
/// <param name="Path">Null where none was found.</param>
/// <param name="IsFewest">Whether surely no smaller set of signals reaches the category; without a path, whether surely none does.</param>
/// <param name="IsLeastEffort">Whether every set of that size was compared.</param>
public sealed record PathSearch(HealthPath? Path, bool IsFewest, bool IsLeastEffort);
