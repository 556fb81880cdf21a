using HealthApi.Core.Primitives;

namespace HealthApi.Core.Alerts;

/// <summary>A former score that no later score has reached.</summary>
/// <param name="At">The instant until which the score stood.</param>
/// <param name="Score">0–100.</param>
public sealed record ScoreHigh(DateTimeOffset At, double Score);

/// <summary>
/// The highest scores of the last 14 days: the former scores above the present one, oldest and highest first. The first is the highest of
/// the whole time, and the first of a shorter time the highest of that. Scores of one hour count as one, and beyond a day those of one
/// UTC day, so that the list stays short: the highest counts, until the instant until which it stood.
/// </summary>
public static class ScoreHighs
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(14), Day = TimeSpan.FromDays(1);

    /// <summary>The list after another score has replaced the former one; the same instance if nothing changes.</summary>
    /// <param name="former">The score that stood until the instant; null if there was none to be judged.</param>
    /// <param name="score">The present score; null if there is none to be judged.</param>
    public static IReadOnlyList<ScoreHigh> Next(IReadOnlyList<ScoreHigh> highs, double? former, double? score, DateTimeOffset at)
    {
        var added = former is { } stood && !(stood <= score) ? new ScoreHigh(at, stood) : null;
        if (added is null && (highs.Count == 0 || (IsKept(highs[0], at) && !(highs[^1].Score <= score)))) return highs;
        var least = added?.Score ?? score ?? double.NegativeInfinity;
        var next = new List<ScoreHigh>(highs.Count + 1);
        foreach (var high in highs)
        {
            if (IsKept(high, at) && high.Score > least && !(next.Count > 0 && AreOne(next[^1].At, high.At, at))) next.Add(high);
        }

        if (added is not null && !(next.Count > 0 && AreOne(next[^1].At, added.At, at))) next.Add(added);
        return next;
    }

    /// <summary>The highest score of a time that ends at the instant; null if no former score was above the present one.</summary>
    public static double? Highest(IReadOnlyList<ScoreHigh> highs, TimeSpan within, DateTimeOffset at)
    {
        foreach (var high in highs)
            if (at - high.At < within) return high.Score;
        return null;
    }

    /// <summary>The instant at which the highest score of the time leaves it; null if there is none.</summary>
    public static DateTimeOffset? LeavesAt(IReadOnlyList<ScoreHigh> highs, TimeSpan within, DateTimeOffset at)
    {
        foreach (var high in highs)
            if (at - high.At < within) return high.At + within;
        return null;
    }

    private static bool IsKept(ScoreHigh high, DateTimeOffset at) => at - high.At < Kept;

    private static bool AreOne(DateTimeOffset earlier, DateTimeOffset later, DateTimeOffset at) => at - later < Day
        ? earlier.UtcTicks / TimeSpan.TicksPerHour == later.UtcTicks / TimeSpan.TicksPerHour
        : earlier.ToDay() == later.ToDay();
}
