using HealthApi.Core.Primitives;
using HealthApi.Core.Signals;

namespace HealthApi.Core.Churn;

/// <summary>
/// Assesses churn risk by a rule set: 100 × (1 − Π(1 − pᵢ)) over the firing indicators, exact to six decimals (domain.md §5).
/// </summary>
public static class ChurnAssessor
{
    public static ChurnRisk Assess(ChurnRuleSet rules, SignalSet signals)
    {
        List<FiringIndicator>? firing = null;
        var staying = 1.0;
        foreach (var indicator in rules.Indicators)
        {
            if (indicator.Condition.Holds(signals))
            {
                staying *= 1 - rules.Probabilities.Of(indicator.Severity);
                (firing ??= []).Add(new FiringIndicator(
                    indicator.Id, indicator.Severity, indicator.Kind, indicator.Condition.Evidence(signals), indicator.Intervention));
            }
        }

        var risk = Rounding.ForBounds(100 * (1 - staying));
        return new ChurnRisk(risk, rules.LevelOf(risk), firing ?? (IReadOnlyList<FiringIndicator>)[]);
    }
}
