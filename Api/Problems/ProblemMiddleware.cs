using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Events;

namespace HealthApi.Api.Problems;

/// <summary>
/// The last line: whatever goes wrong leaves the service as a problem document without a message of ours. Also gives the body-less answers
/// of the framework (404, 405, 413 …) their document, and every answer <c>Cache-Control: no-store</c>.
/// </summary>
internal sealed class ProblemMiddleware(RequestDelegate next, ILogger<ProblemMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        try
        {
            await next(context);
            if (context.Response is { HasStarted: false, StatusCode: >= 400, ContentLength: null, ContentType: null })
                await new Problem(ProblemType.ForStatus(context.Response.StatusCode)).ExecuteAsync(context);
        }
        catch (Exception gone)
            when (
                gone is OperationCanceledException or IOException && gone is not BadHttpRequestException
                && context.RequestAborted.IsCancellationRequested)
        {
            // The caller has gone; there is nobody to answer.
        }
        catch (Exception failure) when (!context.Response.HasStarted)
        {
            var problem = ToProblem(failure);
            if (problem.Type == ProblemType.Internal) logger.LogError(failure, "Unhandled failure on {Path}", context.Request.Path);
            else logger.LogWarning("{Status} on {Path}: {Failure}", problem.Type.Status, context.Request.Path, failure.Message);
            context.Response.Clear();
            context.Response.Headers.CacheControl = "no-store";
            await problem.ExecuteAsync(context);
        }
    }

    private static Problem ToProblem(Exception failure) => failure switch
    {
        StoreUnavailableException => Problem.Unavailable("The store or the broker cannot be reached; nothing was kept."),
        ReplayBusyException busy => new Problem(ProblemType.Overloaded, busy.Message) { RetryAfter = 5 },
        BadHttpRequestException bad => new Problem(ProblemType.ForStatus(bad.StatusCode)),
        _ => new Problem(ProblemType.Internal),
    };
}
