using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Events;

namespace HealthApi.Api.Problems;

/// <summary>
/// Answers every unhandled exception with a problem document; the message of an unexpected one is only logged. Also adds a problem document
/// to the framework's answers without a body (404, 405, 413 …), and <c>Cache-Control: no-store</c> to every answer.
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
            // The caller has disconnected.
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
        StoreUnavailableException => Problem.Unavailable("The store or the broker cannot be reached; nothing was stored."),
        ReplayBusyException busy => new Problem(ProblemType.Overloaded, busy.Message) { RetryAfter = 5 },
        BadHttpRequestException bad => new Problem(ProblemType.ForStatus(bad.StatusCode)),
        _ => new Problem(ProblemType.Internal),
    };
}
