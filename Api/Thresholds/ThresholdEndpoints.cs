using HealthApi.Api.Http;
using HealthApi.Api.Problems;
using HealthApi.Api.Security;
using HealthApi.Core.Scoring;
using HealthApi.Core.Thresholds;
using HealthApi.Infrastructure.Processing;
using HealthApi.Infrastructure.Security;
using HealthApi.Infrastructure.Thresholds;

namespace HealthApi.Api.Thresholds;

/// <summary>
/// Thresholds; scopes <c>read</c> and <c>write</c>. A PUT under the id of an implied one gives that bound another margin or dwell; a DELETE
/// takes a configured one away, and an implied one of that id holds again.
/// </summary>
internal static class ThresholdEndpoints
{
    public static void MapThresholds(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/thresholds").WithTags("Thresholds");
        group.MapGet("", ListAsync).RequireScope(ApiScopes.Read);
        group.MapGet("/{id}", GetAsync).RequireScope(ApiScopes.Read);
        group.MapPut("/{id}", PutAsync).RequireScope(ApiScopes.Write);
        group.MapDelete("/{id}", DeleteAsync).RequireScope(ApiScopes.Write);
    }

    private static async Task<IResult> ListAsync(ThresholdStore store, EvaluationPolicies policies, CancellationToken cancellation) =>
        Results.Json(new { data = await ViewsAsync(store, policies, cancellation), nextCursor = (string?)null }, Json.Answers);

    private static async Task<IResult> GetAsync(HttpContext context, ThresholdStore store, EvaluationPolicies policies, CancellationToken cancellation)
    {
        if (PathIds.Threshold(context).Failed(out var problem, out var id)) return problem;
        return (await ViewsAsync(store, policies, cancellation)).FirstOrDefault(view => view.Id == id) is { } found
            ? Results.Json(found, Json.Answers)
            : Problem.NotFound($"There is no threshold '{id}'.");
    }

    private static async Task<IResult> PutAsync(HttpContext context, ThresholdStore store, EvaluationPolicies policies, CancellationToken cancellation)
    {
        if (PathIds.Threshold(context).Failed(out var problem, out var id)) return problem;
        if ((await RequestJson.ReadAsync<ThresholdDocument>(context.Request)).Failed(out problem, out var document)) return problem;
        var errors = document.Check();
        if (errors.Count > 0) return Problem.Invalid(errors);
        var created = await store.PutAsync(document.ToThreshold(id), cancellation);
        policies.Forget();
        return Results.Json(ThresholdView.Of(document.ToThreshold(id), false), Json.Answers, statusCode: created ? 201 : 200);
    }

    private static async Task<IResult> DeleteAsync(HttpContext context, ThresholdStore store, EvaluationPolicies policies, CancellationToken cancellation)
    {
        if (PathIds.Threshold(context).Failed(out var problem, out var id)) return problem;
        var deleted = await store.DeleteAsync(id, cancellation);
        policies.Forget();
        return deleted ? Results.NoContent() : Problem.NotFound($"There is no configured threshold '{id}'.");
    }

    private static async Task<IReadOnlyList<ThresholdView>> ViewsAsync(ThresholdStore store, EvaluationPolicies policies, CancellationToken cancellation)
    {
        var configured = (await store.ListAsync(cancellation)).Select(stored => stored.Threshold).ToList();
        var policy = await policies.CurrentAsync(cancellation);
        var implied = ThresholdPolicy.Implied(policy.Models.Active, policy.Rules).Where(threshold => configured.All(own => own.Id != threshold.Id));
        return [.. implied.Select(threshold => ThresholdView.Of(threshold, true)), .. configured.Select(threshold => ThresholdView.Of(threshold, false))];
    }
}
