using HealthApi.Api.Http;
using HealthApi.Api.Problems;
using HealthApi.Api.Security;
using HealthApi.Core.Scoring;
using HealthApi.Core.Thresholds;
using HealthApi.Infrastructure.Accounts;
using HealthApi.Infrastructure.Processing;
using HealthApi.Infrastructure.Security;
using HealthApi.Infrastructure.Thresholds;

namespace HealthApi.Api.Thresholds;

/// <summary>
/// Thresholds; scopes <c>read</c> and <c>write</c>. A PUT under the id of an implied one gives that bound another margin or dwell; a DELETE
/// takes a configured one away, and an implied one of that id holds again. Implied ones are of version 0.
/// </summary>
internal static class ThresholdEndpoints
{
    private const long ImpliedVersion = 0;

    public static void MapThresholds(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/thresholds").WithTags("Thresholds");
        group.MapGet("", ListAsync).RequireScope(ApiScopes.Read);
        group.MapGet("/{id}", GetAsync).RequireScope(ApiScopes.Read);
        group.MapPut("/{id}", PutAsync).RequireScope(ApiScopes.Write);
        group.MapDelete("/{id}", DeleteAsync).RequireScope(ApiScopes.Write);
    }

    private static async Task<IResult> ListAsync(ThresholdStore store, EvaluationPolicies policies, CancellationToken cancellation)
    {
        var configured = await store.ListAsync(cancellation);
        var implied = Implied(await policies.FreshAsync(cancellation)).Where(threshold => configured.All(own => own.Threshold.Id != threshold.Id));
        IEnumerable<ThresholdView> views =
            [.. implied.Select(threshold => ThresholdView.Of(threshold, true)), .. configured.Select(own => ThresholdView.Of(own.Threshold, false))];
        return Results.Json(new { data = views, nextCursor = (string?)null }, Json.Answers);
    }

    private static async Task<IResult> GetAsync(HttpContext context, ThresholdStore store, EvaluationPolicies policies, CancellationToken cancellation)
    {
        if (PathIds.Threshold(context).Failed(out var problem, out var id)) return problem;
        if ((await store.ListAsync(cancellation)).FirstOrDefault(own => own.Threshold.Id == id) is { } stored) return Show(context, stored, StatusCodes.Status200OK);
        return Implied(await policies.FreshAsync(cancellation)).FirstOrDefault(threshold => threshold.Id == id) is { } implied
            ? Show(context, new StoredThreshold(implied, ImpliedVersion), StatusCodes.Status200OK)
            : Problem.NotFound($"There is no threshold '{id}'.");
    }

    private static async Task<IResult> PutAsync(HttpContext context, ThresholdStore store, EvaluationPolicies policies, CancellationToken cancellation)
    {
        if (PathIds.Threshold(context).Failed(out var problem, out var id)) return problem;
        if (ETags.Precondition(context.Request).Failed(out problem, out var precondition)) return problem;
        if ((await RequestJson.ReadAsync<ThresholdDocument>(context.Request)).Failed(out problem, out var document)) return problem;
        var policy = await policies.FreshAsync(cancellation);
        var errors = document.Check(policy.Segments);
        if (errors.Count > 0) return Problem.Invalid(errors);
        var implied = Implied(policy).FirstOrDefault(threshold => threshold.Id == id);
        var stored = await store.PutAsync(document.ToThreshold(id, implied), implied is null ? null : ImpliedVersion, precondition.Value, cancellation);
        policies.Forget();
        if (stored is null) return new Problem(ProblemType.PreconditionFailed);
        return Show(context, stored, stored.Version == 1 ? StatusCodes.Status201Created : StatusCodes.Status200OK);
    }

    private static async Task<IResult> DeleteAsync(HttpContext context, ThresholdStore store, EvaluationPolicies policies, CancellationToken cancellation)
    {
        if (PathIds.Threshold(context).Failed(out var problem, out var id)) return problem;
        if (ETags.Precondition(context.Request).Failed(out problem, out var precondition)) return problem;
        long? implied = Implied(await policies.FreshAsync(cancellation)).Any(threshold => threshold.Id == id) ? ImpliedVersion : null;
        var status = await store.DeleteAsync(id, implied, precondition.Value, cancellation);
        policies.Forget();
        return status switch
        {
            AccountWriteStatus.PreconditionFailed => new Problem(ProblemType.PreconditionFailed),
            AccountWriteStatus.NotFound => Problem.NotFound($"There is no configured threshold '{id}'."),
            _ => Results.NoContent(),
        };
    }

    private static IEnumerable<Threshold> Implied(EvaluationPolicy policy) =>
        policy.Models.InForce.SelectMany(model => ThresholdPolicy.Implied(model, policy.Rules)).DistinctBy(threshold => (threshold.Id, threshold.Bound));

    private static IResult Show(HttpContext context, StoredThreshold stored, int status)
    {
        context.Response.Headers.ETag = ETags.Of(stored.Version);
        return Results.Json(ThresholdView.Of(stored.Threshold, stored.Version == ImpliedVersion), Json.Answers, statusCode: status);
    }
}
