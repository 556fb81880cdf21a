using HealthApi.Core.Churn;
using HealthApi.Core.Primitives;

namespace HealthApi.Core.Alerts;

/// <summary>Whether the condition of an alert holds at an instant.</summary>
/// <param name="Holds">Whether an alert opens once the condition is confirmed.</param>
/// <param name="AtOnce">Whether it opens without confirmation.</param>
/// <param name="BelongsToLabel">Whether the category or level alone makes the condition hold, not only a fall of the score.</param>
public readonly record struct AlertCondition(bool Holds, bool AtOnce, bool BelongsToLabel)
{
    /// <summary>
    /// Health: the category is in the worse half (of four the two worst, of three the worst), or the score has fallen far. It opens at
    /// once if it has fallen very far within a day.
    /// </summary>
    /// <param name="rank">The place of the category among <paramref name="ranks"/>; 0 is the worst.</param>
    /// <param name="highs">The former scores above the present one (<see cref="ScoreHighs"/>).</param>
    public static AlertCondition OfHealth(
        HealthAlertRules rules, double score, int rank, int ranks, IReadOnlyList<ScoreHigh> highs, DateTimeOffset at)
    {
        var worseHalf = rank < ranks / 2;
        if (highs.Count == 0) return new AlertCondition(worseHalf, false, worseHalf);
        var fell = HasFallen(ScoreHighs.Highest(highs, TimeSpan.FromDays(rules.FallDays), at), score, rules.FallPoints);
        var fellFast = HasFallen(ScoreHighs.Highest(highs, TimeSpan.FromDays(1), at), score, rules.FastFallPoints);
        return new AlertCondition(worseHalf || fell || fellFast, fellFast, worseHalf);
    }

    /// <summary>
    /// Churn risk: the level is the stated one or worse. It opens at once if facts raised it there: if measures alone would not have, or
    /// facts alone would.
    /// </summary>
    /// <param name="rank">The place of the level in the rules; 0 is the worst.</param>
    public static AlertCondition OfRisk(RiskAlertRules rules, ChurnRuleSet set, ChurnRisk risk, int rank)
    {
        var least = RankOf(set, rules.Level);
        if (rank > least) return default;
        var (facts, measures) = (Alone(set, risk, IndicatorKind.Fact), Alone(set, risk, IndicatorKind.Measure));
        return new AlertCondition(true, RankOf(set, measures) > least || RankOf(set, facts) <= least, true);
    }

    /// <summary>The place of a level; −1 if the rules do not have it.</summary>
    public static int RankOf(ChurnRuleSet set, string level)
    {
        for (var rank = 0; rank < set.Levels.Length; rank++)
            if (set.Levels[rank].Id == level) return rank;
        return -1;
    }

    private static bool HasFallen(double? highest, double score, double points) =>
        highest is { } high && Rounding.ForBounds(high - score) >= points;

    /// <summary>The level that the firing indicators of one kind give alone.</summary>
    private static string Alone(ChurnRuleSet set, ChurnRisk risk, IndicatorKind kind)
    {
        var staying = 1.0;
        foreach (var indicator in risk.Indicators)
            if (indicator.Kind == kind) staying *= 1 - set.Probabilities.Of(indicator.Severity);
        return set.LevelOf(Rounding.ForBounds(100 * (1 - staying)));
    }
}
