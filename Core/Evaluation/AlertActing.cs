using HealthApi.Core.Alerts;
using HealthApi.Core.Thresholds;

namespace HealthApi.Core.Evaluation;

/// <summary>Applies what a person does with an alert to an evaluation of its account.</summary>
public static class AlertActing
{
    /// <param name="evaluation">The evaluation at the instant of the action.</param>
    /// <param name="accountSince">The instant at which the account was created.</param>
    /// <param name="act">One of <see cref="AlertActs"/>, applied to the state of the metric.</param>
    /// <returns>The evaluation with the changed memory and due time, and the change.</returns>
    public static (AccountEvaluation Evaluation, AlertChange Change) Apply(
        AccountEvaluation evaluation, EvaluationPolicy policy, DateTimeOffset accountSince, Metric metric,
        Func<AlertFacts, AlertState?, AlertStep> act)
    {
        var (standing, memory) = (evaluation.Standing, evaluation.Memory);
        var context = new AlertContext(standing, policy, memory, accountSince, AlertOccasion.Data, []);
        var step = act(context.Facts(metric, true, default, null, null), context.Known.State(metric));
        var (change, alerts) = (step.Changes[^1], context.Known.With(metric, step.State));

        // A reopened alert is compared with the standing at once, which starts the time of its release.
        var due = change.Kind == AlertChangeKind.Reopened ? standing.AsOf : AccountAlerts.DueAt(alerts, context.Rules, standing.AsOf);
        var acted = evaluation with
        {
            Memory = memory with { Alerts = alerts },
            DueAt = due is null || evaluation.DueAt < due ? evaluation.DueAt : due,
        };
        return (acted, change);
    }
}
