using HealthApi.Core.Churn;
using HealthApi.Core.Scoring;

namespace HealthApi.Core.Evaluation.Overrides;

/// <summary>
/// Whether the assessments of an account contradict each other. There are up to three: the health from its data, the churn risk, and the
/// health that an override states. Each points up if its category or level is in the better half of the scale, and down if it is in the
/// worse half. The middle one of an odd number points nowhere, and neither does an assessment without data. Two that point in opposite
/// directions disagree.
/// </summary>
public static class Disagreement
{
    public static bool Holds(
        HealthModel model, ChurnRuleSet rules, bool hasEvidence, HealthScore measured, HealthScore shown, ChurnRisk risk, bool overridden)
    {
        Span<int> directions =
        [
            Health(model, measured.Category),
            hasEvidence ? -Of(rules.Levels.Length, IndexOf(rules, risk.Level)) : 0,
            overridden ? Health(model, shown.Category) : 0,
        ];
        return directions.Contains(1) && directions.Contains(-1);
    }

    private static int Health(HealthModel model, string category)
    {
        for (var index = 0; index < model.Categories.Length; index++)
        {
            if (model.Categories[index].Id == category)
                return Of(model.Categories.Length, index);
        }

        return 0;
    }

    private static int IndexOf(ChurnRuleSet rules, string level)
    {
        var index = 0;
        while (index < rules.Levels.Length && rules.Levels[index].Id != level) index++;
        return index;
    }

    /// <summary>1 for the first half of a scale, −1 for the second.</summary>
    private static int Of(int count, int index) => Math.Sign(count - 1 - (2 * index));
}
