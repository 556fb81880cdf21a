using System.IO.Pipelines;
using HealthApi.Api.Bodies;
using HealthApi.Api.Http;
using HealthApi.Api.Problems;
using HealthApi.Api.Serialization;
using HealthApi.Core.Evaluation;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace HealthApi.Api.Scoring;

/// <summary>
/// Scores one account per line, without a limit on their number and in constant memory: results are sent while later lines still arrive. A
/// wrong line within the first 64 KiB of results fails the request (400, 413 or 422). After that the status has been sent, and a line <c>{
/// "index", "id", "errors" }</c> replaces the result.
/// </summary>
internal sealed class ScoreStream(ScoreOptions options, EvaluationPolicy policy, BodyPool memory) : IResult
{
    private const int FlushBytes = 64 * 1024;

    /// <summary>The bytes that a stream charges to the pool of bodies: lines, results, and the two buffers of the spool.</summary>
    private const int StreamBytes = 384 * 1024;

    /// <summary>
    /// The slowest rate at which a caller may read the answer. The grace period is long, because a caller may first send its whole request.
    /// </summary>
    private static readonly MinDataRate Patient = new(240, TimeSpan.FromMinutes(10));

    private static readonly StreamPipeReaderOptions Reading = new(bufferSize: LineSplitter.MaxLineBytes, leaveOpen: true);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        if (httpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = null;
        var errors = new ScoreErrors();
        using var output = new Utf8Output();
        var problem = options.Choose(policy.Models, errors) is { } model
            ? await RunAsync(httpContext, new LineScorer(new AccountScorer(model, policy.Rules, options.Explain, errors), errors, output))
            : errors.ToProblem();
        if (problem is not null) await problem.ExecuteAsync(httpContext);
    }

    private async Task<Problem?> RunAsync(HttpContext context, LineScorer scorer)
    {
        using var lease = memory.Open();
        if (!lease.TryTake(StreamBytes))
            return new Problem(ProblemType.Overloaded, "Too many streams are being scored.") { RetryAfter = 1 };
        if (RequestBody.Open(context.Request).Failed(out var problem, out var opened)) return problem;
        await using var body = opened;
        var pipe = PipeReader.Create(body, Reading);
        try
        {
            return await ScoreAsync(new LineSplitter(pipe), scorer, context);
        }
        catch (InvalidDataException) when (!scorer.Started)
        {
            return RequestBody.Damaged();
        }
        finally
        {
            await pipe.CompleteAsync();
        }
    }

    private static async Task<Problem?> ScoreAsync(LineSplitter lines, LineScorer scorer, HttpContext context)
    {
        context.Features.Get<IHttpMinResponseDataRateFeature>()?.MinDataRate = Patient;
        await using var spool = new ResultSpool(context.Response.Body, context.RequestAborted);
        try
        {
            while (await lines.ReadAsync(context.RequestAborted))
            {
                if (await DrainAsync(lines, scorer, context.Response, spool) is { } problem) return problem;
            }

            await SendAsync(scorer, context.Response, spool);
            await spool.CompleteAsync();
            return null;
        }
        catch when (scorer.Started)
        {
            // Too late for a status: aborting the connection shows the caller that the answer is incomplete.
            context.Abort();
            throw;
        }
    }

    private static async ValueTask<Problem?> DrainAsync(LineSplitter lines, LineScorer scorer, HttpResponse response, ResultSpool spool)
    {
        while (lines.TryTake(out var line))
        {
            if (scorer.Score(line) is { } problem) return problem;
            if (scorer.Output.Length >= FlushBytes) await SendAsync(scorer, response, spool);
        }

        // Results are not held back while the next lines arrive slowly.
        if (scorer.Started) await SendAsync(scorer, response, spool);
        return null;
    }

    private static ValueTask SendAsync(LineScorer scorer, HttpResponse response, ResultSpool spool)
    {
        if (!scorer.Started) response.ContentType = MediaTypes.NdJson;
        scorer.Started = true;
        return spool.AppendAsync(scorer.Output);
    }
}
