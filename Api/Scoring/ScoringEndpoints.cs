using HealthApi.Api.Bodies;
using HealthApi.Api.Http;
using HealthApi.Api.Idempotency;
using HealthApi.Api.Problems;
using HealthApi.Api.Security;
using HealthApi.Core.Signals;
using HealthApi.Infrastructure.Policies;
using HealthApi.Infrastructure.Security;

namespace HealthApi.Api.Scoring;

/// <summary>Stateless scoring, scope <c>score</c>, and the list of signals that it accepts, scopes <c>score</c> and <c>read</c>.</summary>
internal static class ScoringEndpoints
{
    public static void MapScoring(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1").WithTags("Scoring").RequireScope(ApiScopes.Score);
        group.MapPost("/score", ScoreAsync).WithQuery("model", "version", "explain").AnsweringInKind(MediaTypes.Json, MediaTypes.NdJson)
            .WithMetadata(new ChangesNothing()).DisableRequestTimeout();
        group.MapGet("/signals", ListSignals).RequireScope(ApiScopes.Read, ApiScopes.Score);
    }

    /// <summary>
    /// Scores accounts from the signals posted with them; nothing is stored. JSON (at most 10,000 accounts) is answered with JSON, NDJSON
    /// with a stream of NDJSON.
    /// </summary>
    private static async Task<Results<ScoreStream, ScoreAnswer, Problem>> ScoreAsync(
        HttpRequest request, EvaluationPolicies policies, BodyBudget budget, CancellationToken cancellation)
    {
        if (MediaTypes.Check(request, MediaTypes.Json, MediaTypes.NdJson).Failed(out var problem, out var mediaType)) return problem;
        if (ScoreOptions.Read(request).Failed(out problem, out var options)) return problem;
        var policy = await policies.CurrentAsync(cancellation);
        return mediaType == MediaTypes.NdJson ? new ScoreStream(options, policy, budget.Known) : new ScoreAnswer(options, policy);
    }

    private static Ok<Page<SignalSummary>> ListSignals() => TypedResults.Ok(Page.Whole(SignalCatalogue.All.Select(SignalSummary.Of)));
}
