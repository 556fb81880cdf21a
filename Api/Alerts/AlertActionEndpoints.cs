using HealthApi.Api.Bodies;
using HealthApi.Api.Http;
using HealthApi.Api.Idempotency;
using HealthApi.Api.Problems;
using HealthApi.Api.Security;
using HealthApi.Infrastructure.Alerts;
using HealthApi.Infrastructure.Evaluation;
using HealthApi.Infrastructure.Security;

namespace HealthApi.Api.Alerts;

/// <summary>What people do with an alert; scope <c>write</c>. A repeated action changes nothing.</summary>
internal static class AlertActionEndpoints
{
    public static void MapAlertActions(this IEndpointRouteBuilder alerts)
    {
        alerts.MapPost("/{id}/acknowledge", AcknowledgeAsync).RequireScope(ApiScopes.Write);
        alerts.MapPost("/{id}/snooze", SnoozeAsync).RequireScope(ApiScopes.Write);
        alerts.MapPost("/{id}/resolve", ResolveAsync).RequireScope(ApiScopes.Write);
        alerts.MapPost("/{id}/assign", AssignAsync).RequireScope(ApiScopes.Write);
        alerts.MapPost("/{id}/reopen", ReopenAsync).RequireScope(ApiScopes.Write);
    }

    private static async Task<Results<Ok<AlertDetailsView>, Problem>> AcknowledgeAsync(
        HttpContext context, string id, AlertActions actions, AlertReader alerts, CancellationToken cancellation) =>
        await AnswerAsync(context, id, await actions.AcknowledgeAsync(id, context.Key().Name, cancellation), alerts, cancellation);

    private static async Task<Results<Ok<AlertDetailsView>, Problem>> SnoozeAsync(
        HttpContext context, string id, AlertActions actions, AlertReader alerts, TimeProvider time, CancellationToken cancellation)
    {
        if ((await RequestJson.ReadAsync<AlertSnooze>(context.Request)).Failed(out var problem, out var body)) return problem;
        if (body.Check(time.GetUtcNow()) is { } error) return Problem.Invalid(error);
        var outcome = await actions.SnoozeAsync(id, context.Key().Name, body.Until, cancellation);
        return await AnswerAsync(context, id, outcome, alerts, cancellation);
    }

    /// <summary>The body is optional, because a note is.</summary>
    private static async Task<Results<Ok<AlertDetailsView>, Problem>> ResolveAsync(
        HttpContext context, string id, AlertActions actions, AlertReader alerts, CancellationToken cancellation)
    {
        var body = new AlertResolve();
        var isEmpty = context.Request is { ContentLength: null or 0, ContentType: null };
        if (!isEmpty && (await RequestJson.ReadAsync<AlertResolve>(context.Request)).Failed(out var problem, out body)) return problem;
        if (body.Check() is { } error) return Problem.Invalid(error);
        var outcome = await actions.ResolveAsync(id, context.Key().Name, body.Note, cancellation);
        return await AnswerAsync(context, id, outcome, alerts, cancellation);
    }

    private static async Task<Results<Ok<AlertDetailsView>, Problem>> AssignAsync(
        HttpContext context, string id, AlertActions actions, AlertReader alerts, CancellationToken cancellation)
    {
        if ((await RequestJson.ReadAsync<AlertAssign>(context.Request)).Failed(out var problem, out var body)) return problem;
        if (body.Check() is { } error) return Problem.Invalid(error);
        var outcome = await actions.AssignAsync(id, context.Key().Name, body.Owner, cancellation);
        return await AnswerAsync(context, id, outcome, alerts, cancellation);
    }

    private static async Task<Results<Ok<AlertDetailsView>, Problem>> ReopenAsync(
        HttpContext context, string id, AlertActions actions, AlertReader alerts, CancellationToken cancellation) =>
        await AnswerAsync(context, id, await actions.ReopenAsync(id, context.Key().Name, cancellation), alerts, cancellation);

    /// <summary>The alert after the action, or why there was none.</summary>
    private static async Task<Results<Ok<AlertDetailsView>, Problem>> AnswerAsync(
        HttpContext context, string id, AlertOutcome outcome, AlertReader alerts, CancellationToken cancellation)
    {
        if (ToProblem(outcome) is { } problem) return problem;
        if (await alerts.FindAsync(id, cancellation) is not { } found) return AlertEndpoints.NotFound();
        ShownAccounts.Set(context, [found.Alert.AccountId]);
        return TypedResults.Ok(AlertDetailsView.Of(found));
    }

    private static Problem? ToProblem(AlertOutcome outcome) => outcome switch
    {
        AlertOutcome.Done => null,
        AlertOutcome.NotFound => AlertEndpoints.NotFound(),
        AlertOutcome.Resolved => new Problem(ProblemType.Conflict, "The alert is resolved; open it again first."),
        AlertOutcome.AnotherIsOpen => new Problem(
            ProblemType.Conflict, "Another alert about the same account and metric is open."),
        AlertOutcome.Churned => new Problem(ProblemType.Conflict, "The account has churned, so that no alert about it can be open."),
        AlertOutcome.AccountParked => new Problem(
            ProblemType.Conflict, "The stored state of the account cannot be used until it is rebuilt; try again later."),
    };
}
