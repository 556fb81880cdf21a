using HealthApi.Core.Alerts;
using HealthApi.Core.Thresholds;

namespace HealthApi.Core.Evaluation;

/// <summary>Applies the alert policy to a standing: what <see cref="AlertWatch"/> decides for both metrics.</summary>
internal static class AccountAlerts
{
    public static (AlertMemory Memory, IReadOnlyList<AlertChange> Changes) Next(AlertContext context)
    {
        var (known, rules) = (context.Known, context.Rules);
        var judged = context.IsHealthJudged(rules.Health);
        var highs = context.Highs(judged);
        var (health, risk) = (context.Health(rules.Health, highs), context.Risk(rules.ChurnRisk));
        var next = ReferenceEquals(highs, known.Highs) && known.Unjudged == !judged ? known
            : known with { Highs = highs, Unjudged = !judged };
        if (!health.Holds && !risk.Holds && known.Health is null && known.ChurnRisk is null) return (next, []);
        var before = context.Policy.AlertsBefore(context.Memory.Revision)?.For(context.Standing.Segment);
        var highest = rules.Health is null ? null : ScoreHighs.Highest(highs, TimeSpan.FromDays(rules.Health.FallDays), context.At);
        var healthFacts = context.Facts(
            Metric.Health, judged, health, before is null ? null : context.Health(before.Health, highs), highest);
        var riskFacts = context.Facts(
            Metric.ChurnRisk, context.Standing.HasEvidence, risk, before is null ? null : context.Risk(before.ChurnRisk), null);
        var healthStep = AlertWatch.Next(AlertTerms.Of(rules.Health), healthFacts, known.Health);
        var riskStep = AlertWatch.Next(AlertTerms.Of(rules.ChurnRisk), riskFacts, known.ChurnRisk);
        next = next.With(Metric.Health, healthStep.State).With(Metric.ChurnRisk, riskStep.State);
        return (next, [.. Described(healthStep, healthFacts, context), .. Described(riskStep, riskFacts, context)]);
    }

    /// <summary>The instant at which time alone could change an alert.</summary>
    public static DateTimeOffset? DueAt(AlertMemory? alerts, AlertRules rules, DateTimeOffset at)
    {
        if (alerts is null or { Health: null, ChurnRisk: null }) return null;
        var due = Earlier(
            AlertWatch.DueAt(AlertTerms.Of(rules.Health), alerts.Health, at),
            AlertWatch.DueAt(AlertTerms.Of(rules.ChurnRisk), alerts.ChurnRisk, at));
        return rules.Health is { } health && alerts.Health is { Holds: true }
            ? Earlier(due, ScoreHighs.LeavesAt(alerts.Highs, TimeSpan.FromDays(health.FallDays), at))
            : due;
    }

    private static IEnumerable<AlertChange> Described(AlertStep step, AlertFacts facts, AlertContext context)
    {
        foreach (var change in step.Changes)
        {
            if (change.Kind is not (AlertChangeKind.Opened or AlertChangeKind.Updated or AlertChangeKind.Refreshed))
            {
                yield return change;
                continue;
            }

            var from = step.State?.From ?? facts.Before;
            yield return change with
            {
                Reasons = Reasons.Of(change.Metric, from, context.Standing, context.Policy.Models),
                Interventions = [.. context.Standing.Risk.Indicators.Select(one => one.Intervention).Distinct(StringComparer.Ordinal)],
            };
        }
    }

    private static DateTimeOffset? Earlier(DateTimeOffset? left, DateTimeOffset? right) => left is null || right < left ? right : left;
}
