using HealthApi.Core.Churn;
using HealthApi.Core.Primitives;
using HealthApi.Core.Scoring;
using HealthApi.Core.Signals;
using HealthApi.Core.Thresholds;

namespace HealthApi.Core.Evaluation;

/// <summary>
/// Why a value moved from one standing to another: parts in tenths of a point that sum exactly to the move as shown, the largest first.
/// </summary>
internal static class Reasons
{
    /// <param name="from">Null where there was no value: the move starts from 0.</param>
    /// <param name="models">Every model there is: the former one judges what the score was.</param>
    public static IReadOnlyList<Reason> Of(Metric metric, RememberedStanding? from, AccountStanding to, ModelRegistry models) =>
        metric == Metric.Health ? OfHealth(from, to, models) : OfRisk(from ?? new RememberedStanding { JudgedBy = Rules(to) }, to);

    private static IReadOnlyList<Reason> OfHealth(RememberedStanding? from, AccountStanding to, ModelRegistry models)
    {
        var after = ScoreBasis.Of(to);
        var before = from is null ? new ScoreBasis(to.Judgement.Model, new SignalSet(), null, null, 0) : ScoreBasis.Of(from, models);
        if (before is not null) return [.. ScoreParts.Between(before, null, after).Select(ToReason)];
        return Single(
            null, after.Shown - Shown(from!.Score), "The score before was stored by a former version, without what it rested on.");
    }

    /// <summary>
    /// Indicators that began or ceased to fire. Risk is 100 × (1 − Π(1 − pᵢ)), so a part depends on the others: they are applied one after
    /// the other, once in the order of the rules and once against it, and a part is the mean of its two steps. Other rules are one part:
    /// indicators, weights and levels may all differ.
    /// </summary>
    private static IReadOnlyList<Reason> OfRisk(RememberedStanding from, AccountStanding to)
    {
        var rules = to.Judgement.Rules;
        var change = Shown(to.Risk.Score) - Shown(from.Score);
        if (from.JudgedBy != Rules(to)) return Single(rules.Id, change, $"Version {rules.Version} of the churn rules came into force.");
        var before = (from.Indicators ?? []).ToHashSet(StringComparer.Ordinal);
        var now = to.Risk.Indicators.ToDictionary(indicator => indicator.Id, StringComparer.Ordinal);
        List<ChurnIndicator> moved = [.. rules.Indicators.Where(rule => before.Contains(rule.Id) != now.ContainsKey(rule.Id))];
        var forwards = Steps(moved, before, from.Score, rules);
        var backwards = Steps(Enumerable.Reverse(moved), before, from.Score, rules);
        var tenths = Apportionment.InTenths([.. moved.Select(rule => (forwards[rule.Id] + backwards[rule.Id]) / 2)], change);
        var reasons = moved.Zip(tenths, (rule, points) => new Reason(rule.Id, points, Describe(now.GetValueOrDefault(rule.Id))));
        return [.. reasons.Where(reason => reason.Change != 0).OrderByDescending(reason => Math.Abs(reason.Change))];
    }

    private static Dictionary<string, double> Steps(
        IEnumerable<ChurnIndicator> moved, HashSet<string> before, double risk, ChurnRuleSet rules)
    {
        var (steps, safe) = (new Dictionary<string, double>(StringComparer.Ordinal), 1 - (risk / 100));
        foreach (var rule in moved)
        {
            var stays = 1 - rules.Probabilities.Of(rule.Severity);
            var next = before.Contains(rule.Id) ? safe / stays : safe * stays;
            steps[rule.Id] = 100 * (safe - next);
            safe = next;
        }

        return steps;
    }

    private static decimal Shown(double score) => (decimal)Rounding.ForDisplay(score);

    private static string? Rules(AccountStanding standing) => AccountMemory.RulesToKeep(standing.Judgement.RulesKey);

    private static IReadOnlyList<Reason> Single(string? component, decimal change, string detail) =>
        change == 0 ? [] : [new Reason(component, change, detail)];

    private static Reason ToReason(ChangePart part) => new(part.Component, part.Change, part.Detail, part.Signal?.Name());

    private static string Describe(FiringIndicator? indicator) => indicator is null
        ? "No longer fires."
        : string.Join(", ", indicator.Evidence.Select(pair => $"{pair.Key.Name()} is {pair.Value.Shown()}"));
}
