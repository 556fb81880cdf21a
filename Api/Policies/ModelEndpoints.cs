using HealthApi.Api.Bodies;
using HealthApi.Api.Http;
using HealthApi.Api.Jobs;
using HealthApi.Api.Problems;
using HealthApi.Api.Security;
using HealthApi.Core.Scoring;
using HealthApi.Core.Scoring.Documents;
using HealthApi.Infrastructure.Jobs;
using HealthApi.Infrastructure.Policies;
using HealthApi.Infrastructure.Security;

namespace HealthApi.Api.Policies;

/// <summary>Health models and which of them are in force; scopes <c>score</c> to read and <c>write</c> to change.</summary>
internal static class ModelEndpoints
{
    public static void MapModels(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/models").WithTags("Scoring");
        group.MapGet("", ListAsync).RequireScope(ApiScopes.Read, ApiScopes.Score);
        group.MapGet("/{id}", ShowAsync).RequireScope(ApiScopes.Read, ApiScopes.Score).WithQuery("version");
        group.MapPut("/{id}", PutAsync).RequireScope(ApiScopes.Write);
        group.MapPost("/{id}/activate", ActivateAsync).RequireScope(ApiScopes.Write);
        group.MapPost("/{id}/deactivate", DeactivateAsync).RequireScope(ApiScopes.Write);
    }

    private static async Task<Ok<Page<ModelSummary>>> ListAsync(EvaluationPolicies policies, CancellationToken cancellation)
    {
        var models = (await policies.FreshAsync(cancellation)).Models;
        var newest = models.All.GroupBy(model => model.Id).Select(versions => versions.MaxBy(model => model.Version)!);
        return TypedResults.Ok(Page.Whole(newest.Select(model => ModelSummary.Of(model, models))));
    }

    /// <summary>The document of a model, in its newest version unless another one is named.</summary>
    private static async Task<Results<VersionedDocument, Problem>> ShowAsync(
        string id, HttpContext context, EvaluationPolicies policies, CancellationToken cancellation)
    {
        if (QueryValues.ReadWhole(context.Request, "version", out var version) is { } problem) return problem;
        var models = (await policies.FreshAsync(cancellation)).Models;
        return models.Get(id, version) is { } model ? Document(model, StatusCodes.Status200OK) : NotFound();
    }

    private static async Task<Results<VersionedDocument, Problem>> PutAsync(
        string id, HttpContext context, PolicyStore store, CancellationToken cancellation)
    {
        if (ETags.Precondition(context.Request).Failed(out var problem, out var precondition)) return problem;
        if ((await DocumentBody.ReadAsync(context.Request, utf8 => HealthModelReader.ReadAs(id, utf8))).Failed(out problem, out var model))
            return problem;
        var write = await store.PutModelAsync(model, precondition.Value, cancellation);
        if (write.Status.ToProblem(NotFound()) is { } failed) return failed;
        context.Response.Headers.Location = $"/v1/models/{id}?version={write.Stored!.Version}";
        return Document(write.Stored, StatusCodes.Status201Created);
    }

    private static async Task<Results<Accepted<JobView>, Problem>> ActivateAsync(
        string id, HttpContext context, PolicyStore store, JobStore jobs, EvaluationPolicies policies, CancellationToken cancellation)
    {
        if ((await RequestJson.ReadAsync<ModelActivation>(context.Request)).Failed(out var problem, out var activation)) return problem;
        var policy = await policies.FreshAsync(cancellation);
        if (policy.Models.Get(id) is not { } newest) return NotFound();
        var errors = activation.Check(newest, policy);
        if (errors.Count > 0) return Problem.Invalid(errors);
        var model = policy.Models.Get(id, activation.Version)!;
        var job = await store.ActivateAsync(model, activation.SegmentsOrAll, activation.Announce ?? true, cancellation);
        return await JobEndpoints.AcceptedAsync(job, jobs, cancellation);
    }

    /// <summary>Segments that lose their own model use the model of <c>*</c> from then on.</summary>
    private static async Task<Results<Accepted<JobView>, Problem>> DeactivateAsync(
        string id, HttpContext context, PolicyStore store, JobStore jobs, EvaluationPolicies policies, CancellationToken cancellation)
    {
        if ((await RequestJson.ReadAsync<ModelDeactivation>(context.Request)).Failed(out var problem, out var deactivation)) return problem;
        var models = (await policies.FreshAsync(cancellation)).Models;
        if (models.Get(id) is not { } model) return NotFound();
        var errors = deactivation.Check(id, models);
        if (errors.Count > 0) return Problem.Invalid(errors);
        var job = await store.ReleaseAsync(model, deactivation.SegmentsOf(id, models), deactivation.Announce ?? true, cancellation);
        return await JobEndpoints.AcceptedAsync(job, jobs, cancellation);
    }

    private static VersionedDocument Document(HealthModel model, int status) =>
        new(HealthModelWriter.ToUtf8(model), model.Version, status);

    private static Problem NotFound() => Problem.NotFound("There is no such model, or no such version of it.");
}
