using HealthApi.Api.Bodies;
using HealthApi.Api.Http;
using HealthApi.Api.Problems;
using HealthApi.Api.Security;
using HealthApi.Core.Evaluation;
using HealthApi.Core.Input;
using HealthApi.Core.Thresholds;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Policies;
using HealthApi.Infrastructure.Security;

namespace HealthApi.Api.Policies;

/// <summary>
/// Thresholds; scopes <c>read</c> and <c>write</c>. A PUT with the id of an implied threshold changes only its margin, dwell and direction.
/// A DELETE removes a configured threshold; an implied one with the same id then applies again. Implied thresholds have version 0.
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

    private static async Task<Ok<Page<ThresholdView>>> ListAsync(
        ThresholdStore store, EvaluationPolicies policies, CancellationToken cancellation)
    {
        var configured = await store.ListAsync(cancellation);
        List<Threshold> implied = [.. Implied(await policies.FreshAsync(cancellation))];
        IEnumerable<ThresholdView> views =
        [
            .. implied.Where(threshold => configured.All(own => own.Threshold.Id != threshold.Id))
                .Select(threshold => ThresholdView.Of(threshold, true)),
            .. configured.Select(own => ThresholdView.Of(InForce(own.Threshold, implied), false)),
        ];
        return TypedResults.Ok(Page.Whole(views));
    }

    private static async Task<Results<Ok<ThresholdView>, Problem>> GetAsync(
        HttpContext context, ThresholdStore store, EvaluationPolicies policies, CancellationToken cancellation)
    {
        if (PathIds.Threshold(context).Failed(out var problem, out var id)) return problem;
        List<Threshold> implied = [.. Implied(await policies.FreshAsync(cancellation)).Where(threshold => threshold.Id == id)];
        if ((await store.ListAsync(cancellation)).FirstOrDefault(own => own.Threshold.Id == id) is { } stored)
            return TypedResults.Ok(Show(context, stored with { Threshold = InForce(stored.Threshold, implied) }));
        return implied.Count > 0 ? TypedResults.Ok(Show(context, new StoredThreshold(implied[0], ImpliedVersion)))
            : NotFound(id);
    }

    private static async Task<Results<Ok<ThresholdView>, Created<ThresholdView>, Problem>> PutAsync(
        HttpContext context, ThresholdStore store, EvaluationPolicies policies, CancellationToken cancellation)
    {
        if (PathIds.Threshold(context).Failed(out var problem, out var id)) return problem;
        if (ETags.Precondition(context.Request).Failed(out problem, out var precondition)) return problem;
        if ((await RequestJson.ReadAsync<ThresholdDocument>(context.Request)).Failed(out problem, out var document)) return problem;
        var policy = await policies.FreshAsync(cancellation);
        List<Threshold> implied = [.. Implied(policy).Where(threshold => threshold.Id == id)];
        var bounds = implied.Count > 0 ? implied : [.. OutOfForce(policy).Where(threshold => threshold.Id == id)];
        IReadOnlyList<FieldError> errors = [.. document.Check(policy.Segments), .. document.Check(bounds)];
        if (errors.Count > 0) return Problem.Invalid(errors.DistinctBy(error => error.Pointer).ToList());
        long? impliedVersion = implied.Count == 0 ? null : ImpliedVersion;
        var write = await store.PutAsync(document.ToThreshold(id, bounds), impliedVersion, precondition.Value, cancellation);
        policies.Forget();
        if (write.Status.ToProblem(NotFound(id)) is { } failed) return failed;
        var view = Show(context, write.Stored!);
        return write.Status == WriteStatus.Created ? TypedResults.Created((string?)null, view) : TypedResults.Ok(view);
    }

    private static async Task<Results<NoContent, Problem>> DeleteAsync(
        HttpContext context, ThresholdStore store, EvaluationPolicies policies, CancellationToken cancellation)
    {
        if (PathIds.Threshold(context).Failed(out var problem, out var id)) return problem;
        if (ETags.Precondition(context.Request).Failed(out problem, out var precondition)) return problem;
        long? implied = Implied(await policies.FreshAsync(cancellation)).Any(threshold => threshold.Id == id) ? ImpliedVersion : null;
        var status = await store.DeleteAsync(id, implied, precondition.Value, cancellation);
        policies.Forget();
        return status.NoContent(Problem.NotFound($"There is no configured threshold '{id}'."));
    }

    private static IEnumerable<Threshold> Implied(EvaluationPolicy policy) =>
        policy.Models.InForce.SelectMany(model => ThresholdPolicy.Implied(model, policy.Rules))
            .DistinctBy(threshold => (threshold.Id, threshold.Bound));

    /// <summary>
    /// The bounds of all models in their newest version. Those of models that are not in force become implied as soon as a segment uses
    /// them.
    /// </summary>
    private static IEnumerable<Threshold> OutOfForce(EvaluationPolicy policy) => policy.Models.All
        .GroupBy(model => model.Id, StringComparer.Ordinal)
        .SelectMany(versions => ThresholdPolicy.Implied(versions.MaxBy(model => model.Version)!, policy.Rules))
        .DistinctBy(threshold => threshold.Id);

    /// <summary>A configured threshold as it applies now: if it adjusts an implied one, with the present bound of that one.</summary>
    private static Threshold InForce(Threshold configured, IReadOnlyList<Threshold> implied) =>
        implied.FirstOrDefault(threshold => threshold.Id == configured.Id)?.AdjustedBy(configured) ?? configured;

    private static ThresholdView Show(HttpContext context, StoredThreshold stored)
    {
        context.Response.Headers.ETag = ETags.Of(stored.Version);
        return ThresholdView.Of(stored.Threshold, stored.Version == ImpliedVersion);
    }

    private static Problem NotFound(string id) => Problem.NotFound($"There is no threshold '{id}'.");
}
