using HealthApi.Api.Http;
using HealthApi.Core.Scoring;

namespace HealthApi.Api.Scoring;

/// <summary>Reads a JSON request whole, scores it and answers.</summary>
internal sealed class ScoreAnswer(ScoreOptions options, EvaluationPolicy policy) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        using var output = new Utf8Output();
        if ((await RequestBody.ReadAsync(httpContext.Request, ScoreDocument.MaxBytes)).Failed(out var problem, out var body))
        {
            await problem.ExecuteAsync(httpContext);
            return;
        }

        using (body) problem = ScoreDocument.Score(body.Bytes.Span, options, policy, output);
        if (problem is not null)
        {
            await problem.ExecuteAsync(httpContext);
            return;
        }

        httpContext.Response.ContentType = MediaTypes.Json;
        httpContext.Response.ContentLength = output.Length;
        await output.FlushAsync(httpContext.Response.Body, httpContext.RequestAborted);
    }
}
