using HealthApi.Core.Churn;
using HealthApi.Core.Primitives;
using HealthApi.Core.Scoring;
using HealthApi.Core.Signals;
using HealthApi.Core.Thresholds;

namespace HealthApi.Core.Evaluation;

/// <summary>
/// The reasons of a move from one standing to another: parts in tenths of a point that sum exactly to the move as displayed, the largest
/// first.
/// </summary>
internal static class Reasons
{
    /// <param name="from">The former standing; null if there was no value: then the move starts from 0.</param>
    /// <param name="models">All models; the former one explains the former score.</param>
    public static IReadOnlyList<Reason> Of(Metric metric, RememberedStanding? from, AccountStanding to, ModelRegistry models) =>
        metric == Metric.Health ? OfHealth(from, to, models) : OfRisk(from ?? new RememberedStanding { JudgedBy = Rules(to) }, to);

    private static IReadOnlyList<Reason> OfHealth(RememberedStanding? from, AccountStanding to, ModelRegistry models)
    {
        var after = ScoreBasis.Of(to);
        var before = from is null ? new ScoreBasis(to.Judgement.Model, new SignalSet(), null, null, 0) : ScoreBasis.Of(from, models);
        if (before is not null) return [.. ScoreParts.Between(before, null, after).Select(ToReason)];
        return Single(
            null, after.Shown - Shown(from!.Score), "An earlier version stored the previous score without its signals.");
    }

    /// <summary>
    /// The reasons of a change of risk: the indicators that began or stopped to fire. Risk is 100 × (1 − Π(1 − pᵢ)), so the effect of an
    /// indicator depends on the others. They are therefore applied one by one, once in the order of the rules and once in reverse, and a
    /// part is the mean of its two steps. If the rules changed, the change is one part, because indicators, probabilities and levels may
    /// all differ.
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
