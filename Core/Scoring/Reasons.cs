using HealthApi.Core.Churn;
using HealthApi.Core.Signals;
using HealthApi.Core.Thresholds;

namespace HealthApi.Core.Scoring;

/// <summary>Why a value moved: parts whose changes sum to the move, the largest first.</summary>
internal static class Reasons
{
    private const double Dust = 1e-9;

    /// <summary>Points won and lost by component, and by an override that began or ended.</summary>
    public static IReadOnlyList<Reason> ForHealth(AccountStanding standing, AccountMemory memory)
    {
        var reasons = standing.Health.Components
            .Select(component => new Reason(component.Id, component.Contribution - memory.Contributions.GetValueOrDefault(component.Id), Describe(component)))
            .Concat(memory.Contributions.Where(before => standing.Health.Components.All(component => component.Id != before.Key))
                .Select(before => new Reason(before.Key, -before.Value, "No longer part of the model.")))
            .Append(new Reason("override", standing.OverridePoints - memory.OverridePoints, standing.Override?.Reason ?? "No override any more."));
        return Sorted(reasons);
    }

    /// <summary>
    /// Indicators that began or ceased to fire. Risk is 100 × (1 − Π(1 − pᵢ)), so a part depends on the others; they are applied one after
    /// the other in the order of the rule set, first those that ceased, so that the parts sum to the move.
    /// </summary>
    public static IReadOnlyList<Reason> ForRisk(AccountStanding standing, AccountMemory memory, ChurnRuleSet rules)
    {
        var firing = standing.Risk.Indicators.ToDictionary(indicator => indicator.Id, StringComparer.Ordinal);
        var reasons = new List<Reason>();
        var safe = 1 - (memory.RiskScore / 100);
        foreach (var indicator in rules.Indicators.Where(rule => memory.Indicators.ContainsKey(rule.Id) && !firing.ContainsKey(rule.Id)))
            safe = Apply(reasons, indicator.Id, safe, safe / (1 - rules.Probabilities.Of(indicator.Severity)), "No longer fires.");
        foreach (var indicator in rules.Indicators.Where(rule => !memory.Indicators.ContainsKey(rule.Id) && firing.ContainsKey(rule.Id)))
            safe = Apply(reasons, indicator.Id, safe, safe * (1 - rules.Probabilities.Of(indicator.Severity)), Describe(firing[indicator.Id]));
        return Sorted(reasons);
    }

    /// <summary>Other rules on the same data: indicators, weights and levels may all differ, so the move is one part.</summary>
    public static IReadOnlyList<Reason> ForRules(AccountStanding standing, AccountMemory memory)
    {
        var rules = standing.Judgement.Rules;
        return Sorted([new Reason(rules.Id, standing.Risk.Score - memory.RiskScore, $"Version {rules.Version} of the churn rules came into force.")]);
    }

    private static double Apply(List<Reason> reasons, string indicator, double before, double after, string detail)
    {
        reasons.Add(new Reason(indicator, 100 * (before - after), detail));
        return after;
    }

    private static List<Reason> Sorted(IEnumerable<Reason> reasons) =>
        [.. reasons.Where(reason => Math.Abs(reason.Change) > Dust).OrderByDescending(reason => Math.Abs(reason.Change)).ThenBy(reason => reason.Component, StringComparer.Ordinal)];

    private static string Describe(ComponentScore component) =>
        string.Join(", ", component.Measures.Select(measure => $"{SignalCatalogue.Get(measure.Signal).Name} is {Show(measure.Value)}"));

    private static string Describe(FiringIndicator indicator) =>
        string.Join(", ", indicator.Evidence.Select(pair => $"{SignalCatalogue.Get(pair.Key).Name} is {Show(pair.Value)}"));

    private static string Show(SignalValue value) => value.ToObject() switch
    {
        null => "missing",
        double number => Math.Round(number, 2).ToString(System.Globalization.CultureInfo.InvariantCulture),
        bool flag => flag ? "true" : "false",
        var word => word.ToString()!,
    };
}
