using HealthApi.Api.Bodies;
using HealthApi.Api.Http;
using HealthApi.Api.Serialization;
using HealthApi.Core.Evaluation;

namespace HealthApi.Api.Scoring;

/// <summary>Reads a whole JSON request, scores it and answers; a large answer is sent in chunks while it is written.</summary>
internal sealed class ScoreAnswer(ScoreOptions options, EvaluationPolicy policy) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        if ((await RequestBody.ReadAsync(httpContext.Request, ScoreDocument.MaxBytes)).Failed(out var problem, out var body))
        {
            await problem.ExecuteAsync(httpContext);
            return;
        }

        using (body)
        {
            using var output = new Utf8Output();
            problem = ScoreDocument.Score(body.Bytes.Span, options, policy, output, out var rest);
            await (problem is null ? AnswerAsync(httpContext, body, output, rest) : problem.ExecuteAsync(httpContext));
        }
    }

    private static async Task AnswerAsync(HttpContext context, RequestBody body, Utf8Output output, ScoreRest? rest)
    {
        var response = context.Response;
        response.ContentType = MediaTypes.Json;
        if (rest is null)
        {
            response.ContentLength = output.Length;
            body.Dispose();
            await output.FlushAsync(response.Body, context.RequestAborted);
            return;
        }

        // The body is needed until its last account is scored. A caller that reads slowly can be cut off, as one that sends slowly can.
        var cancellation = body.Watch(context.RequestAborted);
        try
        {
            await output.FlushAsync(response.Body, cancellation);
            while (rest.Next(body.Bytes.Span, output)) await output.FlushAsync(response.Body, cancellation);
            await output.FlushAsync(response.Body, cancellation);
        }
        catch (OperationCanceledException)
        {
            context.Abort();
        }
    }
}
