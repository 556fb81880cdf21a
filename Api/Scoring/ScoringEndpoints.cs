using HealthApi.Api.Http;
using HealthApi.Api.Problems;
using HealthApi.Api.Security;
using HealthApi.Core.Scoring;
using HealthApi.Core.Signals;
using HealthApi.Infrastructure.Processing;
using HealthApi.Infrastructure.Security;

namespace HealthApi.Api.Scoring;

/// <summary>Stateless scoring and what it scores with; scope <c>score</c>.</summary>
internal static class ScoringEndpoints
{
    public static void MapScoring(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1").WithTags("Scoring").RequireScope(ApiScopes.Score);
        group.MapPost("/score", ScoreAsync).WithQuery("model", "explain");
        group.MapGet("/models", ListModelsAsync);
        group.MapGet("/models/{id}", ShowModelAsync).WithQuery("version");
        group.MapGet("/signals", ListSignals);
    }

    /// <summary>
    /// Scores accounts from the signals posted with them; nothing is stored. JSON in gives JSON out (at most 10,000 accounts), NDJSON in gives
    /// NDJSON out, streamed.
    /// </summary>
    private static async Task<IResult> ScoreAsync(HttpRequest request, EvaluationPolicies policies, CancellationToken cancellation)
    {
        if (MediaTypes.Check(request, MediaTypes.Json, MediaTypes.NdJson).Failed(out var problem, out var mediaType)) return problem;
        if (ScoreOptions.Read(request).Failed(out problem, out var options)) return problem;
        var policy = await policies.CurrentAsync(cancellation);
        return mediaType == MediaTypes.NdJson ? new ScoreStream(options, policy) : new ScoreAnswer(options, policy);
    }

    private static async Task<IResult> ListModelsAsync(EvaluationPolicies policies, CancellationToken cancellation)
    {
        var models = (await policies.CurrentAsync(cancellation)).Models;
        return Results.Json(new { data = models.All.Select(model => ModelSummary.Of(model, models)), nextCursor = (string?)null }, Json.Answers);
    }

    /// <summary>The whole document of a model, in its newest version unless one is named.</summary>
    private static async Task<IResult> ShowModelAsync(string id, HttpRequest request, EvaluationPolicies policies, CancellationToken cancellation)
    {
        if (QueryValues.TryWhole(request, "version", out var version) is { } problem) return problem;
        var models = (await policies.CurrentAsync(cancellation)).Models;
        return models.Get(id, version) is { } model
            ? Results.Bytes(HealthModelWriter.ToUtf8(model), MediaTypes.Json)
            : Problem.NotFound("There is no such model, or not in that version.");
    }

    private static IResult ListSignals() =>
        Results.Json(new { data = SignalCatalogue.All.Select(SignalSummary.Of), nextCursor = (string?)null }, Json.Answers);
}
